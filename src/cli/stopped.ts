/** Why the work ends before its end. */
export class StopRequested extends Error {
  override readonly name = 'Stopped'
  readonly exitCode: number
  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}
