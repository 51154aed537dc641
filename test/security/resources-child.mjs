// Calls a sandbox with the built package and ends each call in another way. After each, it reports the resources that
// keep this process alive; at the end there must be none, so that the process exits.
import { getEventListeners } from 'node:events'
import { Agent } from 'node:https'
import { json } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { alipayTrade, ComplaintClient, huishouqian, wechatpay, xiaoe } from '../../dist/index.js'

const { sandbox, refusing, tunnels, range } = await json(process.stdin)
const factories = {
  wechatpay,
  huishouqian,
  xiaoe,
  // A function for a token has a timer of its own.
  alipayTrade: ({ appAuthToken, ...options }) => alipayTrade({ ...options, appAuthToken: async () => appAuthToken }),
}
const adapterOf = (provider, more = {}) => factories[provider]({ ...sandbox[provider], rateLimit: false, ...more })
const clientOf = (provider, options = {}, more = {}) => new ComplaintClient(adapterOf(provider, more), options)
const refOf = ({ accounts: [{ provider, account }] }) => ({ provider, account, id: '1' })
const query = { ...range, pageSize: 3 }
const nobody = { baseUrl: 'http://127.0.0.1:1' }
/** A client for an https host behind a proxy. */
const throughProxy = (provider, kind = 'proxy', options = {}) => {
  const { baseUrl, ca, [kind]: proxy } = tunnels[provider]
  const axios = { proxy, httpsAgent: new Agent({ ca }) }
  return clientOf(provider, { maxRetries: 1, ...options, axios }, { baseUrl })
}

/** Each kind of end; resolves to its result. */
const ways = {
  async end(provider) {
    return (await clientOf(provider).list(query).toArray({ limit: 1000 })).length
  },
  async 'a page whose phones other threads decrypt'(provider) {
    return (
      await clientOf(provider)
        .list({ ...range, pageSize: 12 })
        .toArray({ limit: 1000 })
    ).length
  },
  async 'break while other threads decrypt'(provider) {
    for await (const _ of clientOf(provider).list({ ...range, pageSize: 5 })) break
    return 'break'
  },
  async 'limit of toArray'(provider) {
    return (await clientOf(provider).list(query).toArray({ limit: 2 })).length
  },
  async break(provider) {
    for await (const _ of clientOf(provider).list(query)) break
    return 'break'
  },
  async 'break of pages, sorted'(provider) {
    for await (const _ of clientOf(provider)
      .list({ ...query, order: 'newest' })
      .pages())
      break
    return 'break'
  },
  async throw(provider) {
    for await (const _ of clientOf(provider).list(query)) throw new Error('of the consumer')
  },
  async 'never read'(provider) {
    clientOf(provider).list(query)
    await clientOf(provider).list(query)[Symbol.asyncIterator]().return()
    return 'return'
  },
  async abort(provider, signal, abort) {
    for await (const _ of clientOf(provider).list(query, { signal })) abort()
  },
  async 'abort while waiting'(provider, signal, abort) {
    setTimeout(abort, 20)
    await clientOf(provider).get(refOf(clientOf(provider)), { signal })
  },
  async 'abort between retries'(provider, signal, abort) {
    const client = clientOf(provider, { maxRetries: 20, onEvent: ({ type }) => type === 'retry' && abort() }, nobody)
    for await (const _ of client.list(query, { signal }));
  },
  async 'abort while the provider asks to wait'(provider, signal, abort) {
    const onEvent = ({ type }) => type === 'retry' && abort()
    const client = clientOf(provider, { onEvent }, { ...refusing[provider] })
    for await (const _ of client.list(query, { signal }));
  },
  async 'abort while the quota is used up'(provider, signal, abort) {
    const onEvent = ({ type }) => type === 'rateLimitWait' && abort()
    const client = clientOf(provider, { onEvent }, { rateLimit: { requests: 1, perMs: 60_000 } })
    for await (const _ of client.list(query, { signal }));
  },
  async 'maxPages reached'(provider, signal) {
    for await (const _ of clientOf(provider).list(query, { maxPages: 1, signal }));
  },
  async timeout(provider, signal) {
    await clientOf(provider, { timeoutMs: 50, maxRetries: 1 }).get(refOf(clientOf(provider)), { signal })
  },
  async 'through a proxy, to the end'(provider) {
    return (await throughProxy(provider).list(query).toArray({ limit: 1000 })).length
  },
  async 'through a proxy, break'(provider) {
    for await (const _ of throughProxy(provider).list(query)) break
    return 'break'
  },
  async 'through a proxy, abort'(provider, signal, abort) {
    for await (const _ of throughProxy(provider).list(query, { signal })) abort()
  },
  async 'a proxy that says nothing, timeout'(provider, signal) {
    for await (const _ of throughProxy(provider, 'silent', { timeoutMs: 200 }).list(query, { signal }));
  },
  async 'a proxy that says nothing, abort'(provider, signal, abort) {
    setTimeout(abort, 20)
    for await (const _ of throughProxy(provider, 'silent').list(query, { signal }));
  },
  async 'a proxy that floods'(provider, signal) {
    for await (const _ of throughProxy(provider, 'flooding').list(query, { signal }));
  },
  async 'a proxy that refuses'(provider, signal) {
    for await (const _ of throughProxy(provider, 'refusing').list(query, { signal }));
  },
  async 'nobody there'(provider, signal) {
    await clientOf(provider, { maxRetries: 1 }, nobody).get(refOf(clientOf(provider)), { signal })
  },
}

/** Sockets, timers and threads that keep the process alive; closing may take a few turns of the event loop. */
async function left() {
  for (let turn = 0; ; turn += 1) {
    const active = process
      .getActiveResourcesInfo()
      .filter((name) => /Socket|Timeout|Immediate|Request|Worker|MessagePort/.test(name))
    if (active.length === 0 || turn === 20) return active
    await wait(5)
  }
}

const ends = {}
for (const provider of Object.keys(factories)) {
  for (const [way, run] of Object.entries(ways)) {
    const controller = new AbortController()
    const abort = () => controller.abort(new Error('enough'))
    const end = await run(provider, controller.signal, abort).catch((error) => error.code ?? error.message)
    const listeners = getEventListeners(controller.signal, 'abort').length
    ends[`${provider}: ${way}`] = { end, left: await left(), listeners }
  }
}
process.stdout.write(JSON.stringify({ ends, doneAt: Date.now() }))
