/**
 * JSON as a tree that can also hold what no JavaScript value can: repeated keys, numbers of any length, bytes that are
 * no UTF-8.
 */
export type Tree = { members: Member[] } | { items: Tree[] } | { raw: string | Buffer }

/** The name is a JSON text, quotes included. */
export interface Member {
  name: string
  value: Tree
}

export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { items: value.map(treeOf) }
  if (typeof value !== 'object' || value === null) return { raw: JSON.stringify(value) }
  const present = Object.entries(value).filter(([, member]) => member !== undefined)
  return { members: present.map(([name, member]) => ({ name: JSON.stringify(name), value: treeOf(member) })) }
}

export function bytesOf(tree: Tree): Buffer {
  const parts: (string | Buffer)[] = []
  write(tree, parts)
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

function write(tree: Tree, parts: (string | Buffer)[]): void {
  if ('raw' in tree) {
    parts.push(tree.raw)
  } else if ('items' in tree) {
    parts.push('[')
    for (const [index, item] of tree.items.entries()) {
      if (index > 0) parts.push(',')
      write(item, parts)
    }
    parts.push(']')
  } else {
    parts.push('{')
    for (const [index, { name, value }] of tree.members.entries()) {
      parts.push(index > 0 ? `,${name}:` : `${name}:`)
      write(value, parts)
    }
    parts.push('}')
  }
}

/** A value's place within what holds it. */
export type Slot = { in: Member[]; at: number } | { in: Tree[]; at: number }

/** Every place but the root's, from the outside in. */
export function slotsOf(tree: Tree): Slot[] {
  if ('raw' in tree) return []
  if ('items' in tree) return tree.items.flatMap((item, at) => [{ in: tree.items, at }, ...slotsOf(item)])
  return tree.members.flatMap(({ value }, at) => [{ in: tree.members, at }, ...slotsOf(value)])
}
