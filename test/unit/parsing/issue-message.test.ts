import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ComplaintClient, ConfigError, huishouqian, QueryError, wechatpay, xiaoe } from '../../../src/index.js'
import { safeParse } from '../../../src/parsing/validate.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import { errorOf, everythingOf } from '../../support/core.js'

const secret = 'THE-SECRET'
const quoteInput = (issue: { input?: unknown }): string => `Invalid value ${JSON.stringify(issue.input)}`
const throwAlways = (): never => {
  throw new TypeError("the application's error map")
}
const options = { appId: 'app123', clientId: 'client123', secretKey: secret }

afterEach(() => {
  z.config({ customError: undefined, localeError: undefined })
})

describe("C1: an application's global error map of zod", () => {
  const calls: [string, () => unknown][] = [
    ['Xiaoe options', () => xiaoe({ ...options, tokenstore: null } as never)],
    ['WeChat Pay options', () => wechatpay({ mchid: secret, privateKey: [secret] } as never)],
    ['Huishouqian options', () => huishouqian({ merchantNo: '1', signType: secret, key: { secret } } as never)],
    [
      'client options',
      () => new ComplaintClient(xiaoe(options), { timeoutMs: secret, concurrency: [secret] } as never),
    ],
    [
      'a query',
      () => new ComplaintClient(xiaoe(options)).list({ from: [secret], state: secret, merchant: 7 } as never),
    ],
    [
      'options of a list',
      () => new ComplaintClient(xiaoe(options)).list({ from: '2026-01-01' }, { cursor: 7, x: secret } as never),
    ],
    ['a cursor', () => new ComplaintClient(xiaoe(options)).list({ from: '2026-01-01' }, { cursor: `4.a.b.${secret}` })],
  ]
  for (const key of ['customError', 'localeError'] as const) {
    for (const [name, map] of [
      ['quotes the value', quoteInput],
      ['throws', throwAlways],
    ] as const) {
      it.each(calls)(`${key} that ${name}: %s`, (_, call) => {
        const usual = errorOf(call)
        z.config({ [key]: map })
        const error = errorOf(call)
        expect(error instanceof ConfigError || error instanceof QueryError).toBe(true)
        expect(everythingOf(error)).not.toContain(secret)
        expect(error.message).toBe(usual.message)
      })
    }
  }

  it('sees nothing of a response', async () => {
    const sandbox = await startSandbox({ complaints: 3, reuseKeys: true })
    const seen: unknown[] = []
    z.config({
      customError: (issue) => {
        seen.push(issue)
        return quoteInput(issue)
      },
    })
    try {
      const client = new ComplaintClient(xiaoe(sandbox.xiaoe), { maxRetries: 0 })
      for await (const _ of client.list({ from: '2020-01-01' }));
      const broken = errorOf(() => {
        const parsed = safeParse(z.object({ phone: z.int() }), { phone: '13800138000' })
        if (!parsed.success) throw parsed.error
      })
      expect(everythingOf(broken)).not.toContain('13800138000')
      expect(seen).toEqual([])
    } finally {
      await sandbox.close()
    }
  })
})

describe('issueMessage', () => {
  const messageOf = (schema: z.ZodType, value: unknown): string | undefined =>
    safeParse(schema, value).error?.issues[0]?.message
  it.each<[z.ZodType, unknown, string]>([
    [z.string(), undefined, 'is missing; it must be text'],
    [z.string(), 7, 'must be text'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().max(2), 'abc', 'must have at most 2 characters'],
    [z.int(), '7', 'must be a number'],
    [z.int(), 1.5, 'must be an integer'],
    [z.number(), 'x', 'must be a number'],
    [z.int().min(1).max(64), 0, 'must be at least 1'],
    [z.int().min(1).max(64), 65, 'must be at most 64'],
    [z.array(z.string()).min(1), [], 'must have at least 1 items'],
    [z.array(z.string()), {}, 'must be a list'],
    [z.object({}), null, 'must be an object'],
    [z.boolean(), 1, 'must be true or false'],
    [z.date(), new Date(Number.NaN), 'must be a valid Date'],
    [z.enum(['split', 'reject']), 'x', 'must be one of "split", "reject"'],
    [z.literal(false), 1, 'must be false'],
    [z.strictObject({}), { secretkey: 1 }, 'unknown option "secretkey"; check its spelling'],
    [z.union([z.string(), z.int()]), [], 'has none of the forms that are allowed'],
    [z.string().regex(/^a$/), 'b', 'is not valid'],
    [z.string().refine(() => false), 'b', 'is not valid'],
  ])('%#', (schema, value, message) => expect(messageOf(schema, value)).toBe(message))
})
