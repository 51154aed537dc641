import { type Dice, pick } from './dice.js'
import { bytesOf, type Member, type Slot, slotsOf, type Tree, treeOf } from './tree.js'

/** What stands where something else was expected, as JSON texts. */
const strangers: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-0',
    '1',
    '-1',
    '2',
    '1.5',
    '""',
    '" "',
    '"0"',
    '"1"',
    '[]',
    '{}',
    '[[]]',
    '[null]',
  ],
  ...['{"a":1}', '"x"', '"__proto__"', '"constructor"', '"NaN"', '"Infinity"', '"1e400"', '"-1"', '"９"', '"\\u0000"'],
  ...['"2026-02-31T00:00:00+08:00"', '"0000-00-00T00:00:00Z"', '"2026-03-05T10:00:00"', '"-000001-01-01T00:00:00Z"'],
  ...['"9999-12-31T23:59:59.999999999-23:59"', '"20260231000000"', '"00000000000000"', '"99999999999999"'],
  ...[
    '"2026-13-01 00:00:00"',
    '"0000-00-00 00:00:00"',
    '"2026-03-05 24:00:00"',
    '"\\u202e2026"',
    '"https://127.0.0.1:9/"',
  ],
]

/** Numbers that a double does not hold, or that take some reading. */
const numbers: readonly string[] = [
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '18446744073709551616'],
  ...['1e400', '-1e400', '1e-400', '1E21', '1e16', '0.1000000000000000055511151231257827', '123456789012345.678'],
  ...['4.9e-324', '1e+0', '100000000000000000000.0', `1${'0'.repeat(400)}`],
]

const names: readonly string[] = [
  ...['"__proto__"', '"constructor"', '"prototype"', '"toString"', '"valueOf"', '"hasOwnProperty"', '"then"'],
  ...['"toJSON"', '"length"', '"name"', '"__defineGetter__"', '"\\u005f_proto__"', '""', '"0"', '"\\ud800"'],
]

const poisonText =
  '{"polluted":true,"isAdmin":true,"then":"x","prototype":{"polluted":true},"0":"x","__proto__":{"polluted":true}}'

/** Inside a string: lone surrogates as escapes. */
const surrogates: readonly string[] = ['"\\ud800"', '"\\udc00\\ud800"', '"x\\udfff"', '"\\ud83d投"']

/** No UTF-8, or no JSON. */
const brokenBytes: readonly Buffer[] = [
  [0x22, 0xed, 0xa0, 0x80, 0x22],
  [0x22, 0xff, 0xfe, 0x22],
  [0x22, 0xc0, 0xaf, 0x22],
  [0x22, 0xe6, 0x8a, 0x22],
  [0x22, 0xcd, 0xb6, 0xcb, 0xdf, 0x22],
  [0x22, 0x00, 0x22],
  [0x22, 0x0a, 0x22],
  [0x80],
].map((bytes) => Buffer.from(bytes))

const fillings: readonly string[] = [
  'A',
  '0',
  '投',
  '\\u0000',
  '\\"',
  '\\\\',
  'authorization-',
  '%41',
  '1380000',
  ' ',
  '🙂',
]

type Mutation = (slot: Slot, roll: Dice, scale: number) => void

function put(slot: Slot, change: (before: Tree) => Tree): void {
  const held = slot.in[slot.at]
  if (held === undefined) return
  if ('name' in held) held.value = change(held.value)
  else (slot.in as Tree[])[slot.at] = change(held)
}

function insert(slot: Slot, value: Tree, roll: Dice, name: string): void {
  const at = roll(slot.in.length + 1)
  if (isMembers(slot)) slot.in.splice(at, 0, { name, value })
  else (slot.in as Tree[]).splice(at, 0, value)
}

function isMembers(slot: Slot): slot is { in: Member[]; at: number } {
  const [first] = slot.in
  return first !== undefined && 'name' in first
}

const mutations: Readonly<Record<string, Mutation>> = {
  missing: (slot) => slot.in.splice(slot.at, 1),
  renamed(slot, roll) {
    const held = slot.in[slot.at]
    if (held === undefined || !('name' in held)) return
    held.name = roll(2) === 0 ? pick(roll, names) : held.name.toUpperCase()
  },
  retyped: (slot, roll) => put(slot, () => ({ raw: pick(roll, strangers) })),
  number: (slot, roll) => put(slot, () => ({ raw: pick(roll, numbers) })),
  longNumber: (slot, roll, scale) =>
    put(slot, () => {
      const zeros = '0'.repeat(roll(scale))
      return {
        raw: pick(roll, [`1.5${zeros}1`, `1${zeros}1`, `0.${zeros}1`, `1.${zeros}e1`, `-1${zeros}.5`, `1e${zeros}1`]),
      }
    }),
  huge: (slot, roll, scale) => put(slot, () => ({ raw: `"${pick(roll, fillings).repeat(roll(scale))}"` })),
  deep: (slot, roll, scale) =>
    put(slot, () => {
      const depth = roll(scale)
      return {
        raw: roll(2) === 0 ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
      }
    }),
  wide: (slot, roll, scale) =>
    put(slot, () => ({ raw: `[${Array(roll(scale)).fill(pick(roll, ['1', '{}', '""', 'null']))}]` })),
  repeatedKey: (slot, roll) =>
    insert(slot, { raw: pick(roll, strangers) }, roll, isMembers(slot) ? (slot.in[slot.at]?.name ?? '"a"') : '"a"'),
  repeatedValue(slot, roll) {
    const held = slot.in[slot.at]
    if (held === undefined) return
    for (let times = 1 + roll(20); times > 0; times -= 1)
      insert(slot, 'name' in held ? held.value : held, roll, pick(roll, names))
  },
  poisoned: (slot, roll) =>
    insert(slot, { raw: roll(2) === 0 ? poisonText : pick(roll, strangers) }, roll, pick(roll, names)),
  poisonedInside: (slot, roll) =>
    put(slot, () => ({ members: [{ name: pick(roll, names), value: { raw: poisonText } }] })),
  surrogate: (slot, roll) => put(slot, () => ({ raw: pick(roll, surrogates) })),
  brokenBytes: (slot, roll) => put(slot, () => ({ raw: pick(roll, brokenBytes) })),
  wrapped: (slot, roll) =>
    put(slot, (value) => (roll(2) === 0 ? { items: [value] } : { members: [{ name: '"0"', value }] })),
  asText: (slot) => put(slot, (value) => ({ raw: JSON.stringify(bytesOf(value).toString()) })),
}

const wholes: readonly ((body: Buffer, roll: Dice, scale: number) => Buffer)[] = [
  (body) => Buffer.concat([Buffer.from('\ufeff'), body]),
  (body) => Buffer.from(body.toString(), 'utf16le'),
  (body, roll) => body.subarray(0, roll(body.length)),
  (body) => Buffer.concat([body, body]),
  (body, roll, scale) => Buffer.concat([Buffer.from(' '.repeat(roll(scale))), body, Buffer.from('\n')]),
  (body) => Buffer.concat([body, Buffer.from([0])]),
  (body) => Buffer.from(body.toString().replaceAll('"', "'")),
  (body, roll) => Buffer.concat([body.subarray(0, roll(body.length)), Buffer.from([roll(256)]), body]),
  (_, roll) => Buffer.from(pick(roll, ['', 'null', '[]', '{}', '""', '0', 'NaN', '[', '<html>502</html>', '\ufeff'])),
  (_, roll, scale) => Buffer.from('['.repeat(roll(scale))),
]

/** Changes a value here and there, or its bytes as a whole. */
export function mutate(value: unknown, roll: Dice): Buffer {
  const tree = treeOf(value)
  // Seldom large: most faults show with little.
  const scale = roll(12) === 0 ? 30_000 : 60
  for (let times = 1 + roll(3); times > 0; times -= 1) {
    const slots = slotsOf(tree)
    if (slots.length > 0) pick(roll, Object.values(mutations))(pick(roll, slots), roll, scale)
  }
  const body = bytesOf(tree)
  return roll(8) === 0 ? pick(roll, wholes)(body, roll, scale) : body
}
