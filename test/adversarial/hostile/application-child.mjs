// An application that changes every global that it can reach, before or after it loads the built package, and then
// works with it. Prints, as JSON, what it read and everything that its errors and events show.
import { json } from 'node:stream/consumers'
import util from 'node:util'

const { sandbox, range, order, stacks } = await json(process.stdin)
const write = process.stdout.write.bind(process.stdout)
const stringify = JSON.stringify
const NativeError = Error
const loadPackage = () => import('../../../dist/index.js')
const loaded = order === 'after' ? await loadPackage() : null

const { z } = await import('zod')
const quote = (issue) => `Invalid value ${stringify(issue.input)}`
z.config({
  customError:
    stacks === 'throw'
      ? () => {
          throw new TypeError('error map')
        }
      : quote,
  localeError: quote,
  jitless: true,
})

const { default: dayjs } = await import('dayjs')
await import('dayjs/locale/ar.js')
for (const name of ['preParsePostFormat', 'advancedFormat', 'badMutable', 'objectSupport', 'utc', 'timezone'])
  dayjs.extend((await import(`dayjs/plugin/${name}.js`)).default)
dayjs.locale('ar')
dayjs.tz.setDefault('America/New_York')

const { default: axios } = await import('axios')
const refuse = () => {
  throw new TypeError("the application's interceptor")
}
Object.assign(axios.defaults, { baseURL: 'http://127.0.0.1:9', timeout: 1, maxRedirects: 0, responseType: 'json' })
Object.assign(axios.defaults, { transformRequest: [refuse], transformResponse: [refuse], validateStatus: () => false })
axios.defaults.headers.common['X-Application'] = 'yes'
axios.interceptors.request.use(refuse)
axios.interceptors.response.use(refuse, refuse)

const formats = {
  list: (_, sites) => sites,
  json: (error) => stringify({ name: error.name, text: error.message, again: error.message, own: { ...error } }),
  throw: () => {
    throw new NativeError("the application's stacks")
  },
}
Error.stackTraceLimit = stacks === 'none' ? 0 : Number.POSITIVE_INFINITY
if (formats[stacks] !== undefined) Error.prepareStackTrace = formats[stacks]
Error.captureStackTrace = (target) => Object.assign(target, { captured: true })
Object.defineProperty(Error.prototype, 'toJSON', {
  value() {
    return { ...this, message: this.message, cause: this.cause }
  },
  configurable: true,
})
for (const name of Object.keys(console)) console[name] = refuse
Date.prototype.toJSON = Date.prototype.toString
for (const { prototype } of [BigInt, Map, Set, RegExp, Buffer, Uint8Array])
  prototype.toJSON = function toJSON() {
    return String(this)
  }
util.inspect.defaultOptions.depth = Number.POSITIVE_INFINITY
util.inspect.defaultOptions.showHidden = true

class OtherSignal {
  aborted = false
  addEventListener() {}
  removeEventListener() {}
}
class OtherController {
  signal = new OtherSignal()
  abort() {
    this.signal.aborted = true
  }
}
Object.assign(globalThis, { AbortController: OtherController, AbortSignal: OtherSignal })
for (const name of [
  'EventTarget',
  'Event',
  'fetch',
  'Headers',
  'Request',
  'Response',
  'structuredClone',
  'MessageChannel',
])
  globalThis[name] = undefined

const { ComplaintClient, huishouqian, wechatpay, xiaoe } = loaded ?? (await loadPackage())
const shown = []
const show = (error) => {
  let stack
  try {
    ;({ stack } = error)
  } catch {}
  const parts = [util.inspect({ ...error }), String(error), stringify(error), util.inspect(stack)]
  shown.push({ code: error.code ?? null, message: error.message, text: parts.join('\n') })
}
const attempt = async (call) => {
  try {
    await call()
    show(new NativeError('did not fail'))
  } catch (error) {
    show(error)
  }
}

const events = []
const onEvent = (event) => {
  events.push(event)
  if (event.type === 'request') throw new NativeError("the application's listener")
}
const adapters = [wechatpay(sandbox.wechatpay), huishouqian(sandbox.huishouqian), xiaoe(sandbox.xiaoe)]
const client = new ComplaintClient(adapters, { onEvent })
const ids = []
const { signal } = new OtherController()
for (const listOrder of ['arrival', 'newest'])
  for await (const { id } of client.list({ ...range, order: listOrder }, { signal })) ids.push(id)
let entries = 0
let files = 0
for (const complaint of await client.list({ ...range, accounts: [client.accounts[0].account] }).toArray({ limit: 8 })) {
  const media = [...complaint.media]
  for await (const entry of client.history(complaint)) {
    entries += 1
    media.push(...entry.media)
  }
  for (const url of media.flatMap(({ urls }) => urls).slice(0, 1)) {
    await client.media(complaint, url)
    files += 1
  }
}
const page = client.list(range).pages()[Symbol.asyncIterator]()
const { value } = await page.next()
await page.return()
const resumed = await client.list(range, { cursor: value.cursor }).toArray({ limit: 10_000 })

const secretKey = sandbox.xiaoe.secretKey
const wechatAccount = client.accounts[0]
await attempt(() => xiaoe({ ...sandbox.xiaoe, secretKey: [secretKey], tokenstore: secretKey }))
await attempt(() => huishouqian({ ...sandbox.huishouqian, key: { key: sandbox.huishouqian.key } }))
await attempt(() => wechatpay({ ...sandbox.wechatpay, mchid: secretKey, privateKey: `${secretKey}` }))
await attempt(() => new ComplaintClient(adapters, { timeoutMs: secretKey }))
await attempt(() => client.list({ from: secretKey.slice(0, 5), state: [secretKey] }))
await attempt(() => client.list(range, { cursor: `3.${secretKey}` }))
await attempt(() => client.get({ ...wechatAccount, id: 'nobodys' }))
const wrong = new ComplaintClient(xiaoe({ ...sandbox.xiaoe, secretKey: `${secretKey}0` }))
await attempt(() => wrong.list(range).toArray({ limit: 1 }))
const dead = new ComplaintClient(xiaoe({ appId: 'a', accessToken: secretKey, baseUrl: 'http://127.0.0.1:9' }), {
  maxRetries: 0,
})
// Node itself reads the stack of a refused connection, and dies of one that throws.
if (stacks !== 'throw') await attempt(() => dead.list(range).toArray({ limit: 1 }))
await attempt(() => client.parseNotification({ headers: {}, body: secretKey }, { account: wechatAccount.account }))
write(stringify({ ids, entries, files, first: value.items.length, resumed: resumed.length, shown, events }))
