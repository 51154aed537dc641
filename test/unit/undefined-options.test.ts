import { describe, expect, it } from 'vitest'
import { ComplaintClient, QueryError, wechatpay, xiaoe } from '../../src/index.js'
import { merchant } from '../support/wechatpay-server.js'

describe('an option that is undefined counts as absent', () => {
  const client = new ComplaintClient(
    [
      wechatpay({ ...merchant, apiV3Key: undefined, account: undefined, rateLimit: undefined }),
      xiaoe({ appId: 'app1', clientId: 'xop1', secretKey: 'not-a-real-secret', tokenStore: undefined }),
    ],
    { timeoutMs: undefined, onEvent: undefined, axios: undefined },
  )

  it('in options, queries and list options', () => {
    expect(client.accounts.map(({ account }) => account)).toEqual(['1900000001', 'app1'])
    expect(() =>
      client.list({ from: '2026-01-01', to: undefined, state: undefined }, { cursor: undefined }),
    ).not.toThrow()
  })

  it('null is an error, and the message for a cursor of null explains it', () => {
    const options = { cursor: null } as unknown as { cursor: string }
    expect(() => client.list({ from: '2026-01-01' }, options)).toThrow(QueryError)
    expect(() => client.list({ from: '2026-01-01' }, options)).toThrow(/nothing is left/)
    expect(() => client.list({ from: '2026-01-01', merchant: null } as never)).toThrow(/merchant/)
  })
})
