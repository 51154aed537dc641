/** Also in the stack, which repeats the message and is what `util.inspect` prints. */
export function replaceMessage(error: Error, message: string): void {
  const parts = readStack(error)?.split(error.message) ?? []
  // An application may format stacks in its own way (`Error.prepareStackTrace`) and repeat or escape the message.
  error.stack = parts.length === 2 ? parts.join(message) : `${error.name}: ${message}`
  error.message = message
}

/** Null where an application's `Error.prepareStackTrace` throws or returns something else than text. */
function readStack(error: Error): string | null {
  try {
    const stack: unknown = error.stack
    return typeof stack === 'string' ? stack : null
  } catch {
    return null
  }
}
