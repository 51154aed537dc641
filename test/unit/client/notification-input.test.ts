import { expect, it } from 'vitest'
import { ComplaintClient, wechatpay } from '../../../src/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'

const messages: unknown[] = [undefined, null, 1, 'text', [], () => {}, { body: 'x' }]
const withoutHeaders: unknown[] = [null, undefined, 1, 'text'].map((headers) => ({ headers, body: 'x' }))
const withoutBody: unknown[] = [null, undefined, 1, {}, []].map((body) => ({ headers: {}, body }))

it('parseNotification() rejects an invalid message with a QueryError that names the expected fields', async () => {
  const sandbox = await startSandbox({ complaints: 0, reuseKeys: true })
  const client = new ComplaintClient(wechatpay(sandbox.wechatpay))
  await sandbox.close()
  for (const message of [...messages, ...withoutHeaders]) {
    const error = await client.parseNotification(message as never).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'QueryError', message: expect.stringContaining('{ headers, body }') })
  }
  for (const message of withoutBody) {
    const error = await client.parseNotification(message as never).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'QueryError' })
  }
  const message = { headers: {}, body: '{}' }
  const error = await client.parseNotification(message, null as never).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'SignatureError' })
})
