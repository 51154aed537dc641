import express from 'express'
import { ComplaintError } from 'unified-complaints'

/** What each provider wants to hear when a callback was taken. */
const accept = {
  wechatpay: (response) => response.status(204).end(),
  huishouqian: (response) => response.type('text/plain').send('SUCCESS'),
}

/** `take(notification)` stores what is new; when it throws, the provider sends it again. */
export function createApp(client, take) {
  const app = express()
  // Raw, whatever the content type says: the signature is over these bytes.
  app.post(
    '/complaints/:provider/:account',
    express.raw({ type: () => true, limit: '256kb' }),
    async (request, response) => {
      const { provider, account } = request.params
      if (!client.accounts.some((known) => known.provider === provider && known.account === account)) {
        response.status(404).end()
        return
      }
      try {
        const message = { headers: request.headers, body: request.body }
        await take(await client.parseNotification(message, { account: `${provider}:${account}` }))
        accept[provider](response)
      } catch (error) {
        // Errors of the library hold no secrets and no personal data; others might.
        console.error(ComplaintError.isInstance(error) ? error.message : 'a callback could not be stored')
        response.status(statusOf(error)).end()
      }
    },
  )
  return app
}

/** 4xx: not proven to be the provider's, or not a callback. 5xx: ours, so that it is sent again. */
function statusOf(error) {
  if (!ComplaintError.isInstance(error)) return 500
  if (error.code === 'SIGNATURE') return 401
  return error.code === 'RESPONSE' || error.code === 'UNSUPPORTED' ? 400 : 500
}
