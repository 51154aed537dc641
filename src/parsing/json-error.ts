const blanks = /[ \t\r\n]*/y
const text = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/**
 * Where a text stops being JSON, by line and column, both from 1. The message of JSON.parse quotes the text, which may be
 * a secret, and does not tell the place in all versions of Node.
 */
export function locateJsonError(json: string): { readonly line: number; readonly column: number } {
  const before = json.slice(0, validLength(json)).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

function validLength(json: string): number {
  let at = 0
  const take = (token: RegExp): boolean => {
    token.lastIndex = at
    const [match] = token.exec(json) ?? []
    at += match?.length ?? 0
    return match !== undefined
  }
  const takeMark = (mark: string): boolean => {
    take(blanks)
    const isNext = json[at] === mark
    if (isNext) at += 1
    return isNext
  }
  const takeItems = (end: string, takeItem: () => boolean): boolean => {
    if (takeMark(end)) return true
    do if (!takeItem()) return false
    while (takeMark(','))
    return takeMark(end)
  }
  const takeText = (): boolean => {
    take(blanks)
    return take(text)
  }
  const takeValue = (): boolean => {
    if (takeMark('{')) return takeItems('}', () => takeText() && takeMark(':') && takeValue())
    if (takeMark('[')) return takeItems(']', takeValue)
    return take(text) || take(scalar)
  }
  if (takeValue()) take(blanks)
  return at
}
