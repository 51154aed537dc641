import type { Text } from './language.js'

/** The command must end early: a signal, or stdout failed. */
export class StopRequested extends Error {
  override readonly name = 'Stopped'
  readonly exitCode: number
  readonly text: Text
  /** @param text null prints nothing: the reader of stdout has gone */
  constructor(text: Text | null, exitCode: number) {
    super(text?.en ?? '')
    this.text = text ?? { zh: '', en: '' }
    this.exitCode = exitCode
  }
}

/** The command was stopped by a signal. */
export const stopped: Text = { zh: '已停止', en: 'stopped' }
