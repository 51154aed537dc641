/** The command must end early: a signal, or stdout failed. An empty message prints nothing. */
export class StopRequested extends Error {
  override readonly name = 'Stopped'
  readonly exitCode: number
  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}
