import { expect, it } from 'vitest'
import { ComplaintClient, wechatpay } from '../../../src/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'

const wholes: unknown[] = [undefined, null, 1, 'text', [], () => {}, { body: 'x' }]
const parts: unknown[] = [null, undefined, 1, 'text'].map((headers) => ({ headers, body: 'x' }))
const bodies: unknown[] = [null, undefined, 1, {}, []].map((body) => ({ headers: {}, body }))

it('parseNotification() of something that is no message is a QueryError that says what is needed', async () => {
  const sandbox = await startSandbox({ complaints: 0, reuseKeys: true })
  const client = new ComplaintClient(wechatpay(sandbox.wechatpay))
  await sandbox.close()
  for (const message of [...wholes, ...parts]) {
    const error = await client.parseNotification(message as never).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'QueryError', message: expect.stringContaining('{ headers, body }') })
  }
  for (const message of bodies) {
    const error = await client.parseNotification(message as never).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'QueryError' })
  }
  const message = { headers: {}, body: '{}' }
  const error = await client.parseNotification(message, null as never).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'SignatureError' })
})
