import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js'
import { signerOf } from './peer.js'
import { wechatPayGet } from './raw.js'

const base = '/v3/merchant-service/complaints-v2'

interface Entry extends Record<string, unknown> {
  log_id: string
  operate_time: string
  complaint_media_list?: { media_type: string; media_url: string[] }
  image_list?: string[]
  operate_details?: string
  normal_message?: NormalMessage
}
interface Page {
  data?: Entry[]
  limit: number
  offset: number
  total_count?: number
}

let sandbox: Sandbox

beforeAll(async () => {
  const days = { from: '2026-01-01', to: '2026-02-28' }
  sandbox = await startSandbox({ ...days, seed: 7, complaints: { wechatpay: 40, huishouqian: 1, xiaoe: 1 } })
})
afterAll(() => sandbox.close())

const ids = (): string[] => sandbox.truth.filter(({ provider }) => provider === 'wechatpay').map(({ id }) => id)
const ask = async (id: string, query: string): Promise<Page> =>
  JSON.parse((await wechatPayGet(sandbox, `${base}/${id}/negotiation-historys?${query}`)).body) as Page

async function drain(id: string, limit: number): Promise<Entry[]> {
  const entries: Entry[] = []
  for (let offset = 0; ; offset += limit) {
    const { data = [] } = await ask(id, `limit=${limit}&offset=${offset}`)
    entries.push(...data)
    if (data.length < limit) return entries
  }
}
const longId = (): string => ids().find((id) => sandbox.historyOf('wechatpay', id).length > 130) ?? ''

interface NormalMessage {
  blocks: {
    text?: { text: string }
    image?: { media_id: string }
    link?: { text: string; action: { jump_url: string } }
    faq_list?: { faqs: { faq_title: string }[] }
    button?: { text: string }
    button_group?: { buttons: { text: string }[] }
  }[]
}

const wordsOf = (message?: NormalMessage): string[] =>
  (message?.blocks ?? []).flatMap(({ text, link, faq_list, button, button_group }) => [
    ...(text === undefined ? [] : [text.text]),
    ...(link === undefined ? [] : [`${link.text} ${link.action.jump_url}`]),
    ...(faq_list?.faqs ?? []).map((faq) => faq.faq_title),
    ...(button === undefined ? [] : [button.text]),
    ...(button_group?.buttons ?? []).map((each) => each.text),
  ])

const imagesOf = (message?: NormalMessage): { kind: string; urls: string[] }[] => {
  const ids = (message?.blocks ?? []).flatMap(({ image }) => image?.media_id ?? [])
  const folder = `${sandbox.wechatpay.baseUrl}/v3/merchant-service/images/`
  return ids.length === 0 ? [] : [{ kind: 'normal_message', urls: ids.map((id) => folder + encodeURIComponent(id)) }]
}

describe('negotiation histories', () => {
  it('say what the truth says, in its order', async () => {
    for (const id of ids()) {
      const expected = sandbox.historyOf('wechatpay', id)
      const entries = await drain(id, 100)
      expect(
        entries.map((entry) => ({
          id: entry.log_id,
          at: new Date(entry.operate_time),
          operator: entry.operator,
          action: entry.operate_type,
          text: [...new Set([entry.operate_details ?? [], wordsOf(entry.normal_message)].flat())].join('\n') || null,
          media: [
            ...[entry.complaint_media_list ?? []]
              .flat()
              .map((list) => ({ kind: list.media_type, urls: list.media_url })),
            ...imagesOf(entry.normal_message),
          ],
        })),
      ).toEqual(expected)
      expect(new Set(expected.map((entry) => entry.id)).size).toBe(expected.length)
      const times = expected.map(({ at }) => at.getTime())
      expect(times).toEqual([...times].sort((one, other) => other - one))
      expect(expected.at(-1)).toMatchObject({
        action: 'USER_CREATE_COMPLAINT',
        at: sandbox.truth.find((complaint) => complaint.id === id)?.createdAt,
      })
    }
  })

  it('are the same for the same seed', async () => {
    const days = { from: '2026-01-01', to: '2026-02-28' }
    const same = await startSandbox({ ...days, seed: 7, reuseKeys: true, complaints: { wechatpay: 40 } })
    const [id = ''] = ids()
    const withoutPort = (box: Sandbox): string =>
      JSON.stringify(box.historyOf('wechatpay', id)).replaceAll(box.wechatpay.baseUrl, '')
    expect(withoutPort(same)).toBe(withoutPort(sandbox))
    await same.close()
  })

  it('hold misspelt, unknown and newer things, media as one object, and members that are absent or empty', async () => {
    const entries = (await Promise.all(ids().map((id) => drain(id, 100)))).flat()
    const actions = new Set(entries.map((entry) => entry.operate_type))
    for (const action of ['MERCHANT_REFUSE_RERUND', 'USER_COMFIRM_COMPLAINT', 'SANDBOX_FUTURE_OPERATION'])
      expect(actions).toContain(action)
    for (const name of ['complaint_media_list', 'image_list', 'operate_details', 'normal_message', 'click_message']) {
      expect(entries.some((entry) => name in entry)).toBe(true)
      expect(entries.some((entry) => !(name in entry))).toBe(true)
    }
    expect(entries.every((entry) => !Array.isArray(entry.complaint_media_list))).toBe(true)
    const lists = entries.map((entry) => entry.image_list)
    expect(lists.some((list) => list?.length === 0)).toBe(true)
    expect(lists.some((list) => (list?.length ?? 0) > 0)).toBe(true)
    for (const entry of entries)
      for (const url of entry.image_list ?? []) expect(entry.complaint_media_list?.media_url).toContain(url)
  })

  it('come in pages, signed, the total on the first only', async () => {
    const id = longId()
    const { length } = sandbox.historyOf('wechatpay', id)
    expect(await ask(id, 'limit=7')).toMatchObject({ limit: 7, offset: 0, total_count: length })
    const second = await wechatPayGet(sandbox, `${base}/${id}/negotiation-historys?limit=7&offset=7`)
    expect(signerOf(second, sandbox)).toBe('public key')
    expect(JSON.parse(second.body)).toMatchObject({ limit: 7, offset: 7 })
    expect(JSON.parse(second.body)).not.toHaveProperty('total_count')
    expect(sandbox.requests.at(-1)).toMatchObject({
      operation: 'history',
      query: { complaint_id: id, limit: 7, offset: 7 },
      served: [id],
    })
    const beyond = await Promise.all(ids().map((each) => ask(each, 'limit=300&offset=500')))
    expect(new Set(beyond.map(({ data }) => JSON.stringify(data)))).toEqual(new Set([undefined, '[]']))
  })

  it('are refused in one answer when they are too many', async () => {
    const id = longId()
    for (const limit of [300, 131]) {
      const answer = await wechatPayGet(sandbox, `${base}/${id}/negotiation-historys?limit=${limit}&offset=0`)
      expect([answer.status, JSON.parse(answer.body).message]).toEqual([
        400,
        '当前查询结果数据量过大，请缩小limit后重试',
      ])
      expect(signerOf(answer, sandbox)).toBe('public key')
    }
    expect((await ask(id, 'limit=130&offset=0')).data?.length).toBe(130)
  })

  const wrong = [
    ...['', '?offset=0', '?limit=0', '?limit=301', '?limit=5&offset=-1'],
    ...['?limit=5&offset=', '?limit=5&x=1', '?limit=5&limit=5'],
  ]
  it.each(wrong)('refuse the query "%s"', async (query) => {
    const answer = await wechatPayGet(sandbox, `${base}/${ids()[0]}/negotiation-historys${query}`)
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'PARAM_ERROR'])
  })

  it('of unknown complaints are not found; other providers have none', async () => {
    const answer = await wechatPayGet(sandbox, `${base}/200201820200101080076610000/negotiation-historys?limit=1`)
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    expect(() => sandbox.historyOf('wechatpay', '1')).toThrow(/no complaint 1/)
    const deeper = await wechatPayGet(sandbox, `${base}/${ids()[0]}/negotiation-historys/1?limit=1`)
    expect(deeper.status).toBe(404)
  })
})

describe('packets and quotas', () => {
  it('an option sets how many rows fit, into lists too', async () => {
    const days = { from: '2026-01-01', to: '2026-01-31' }
    const small = await startSandbox({
      ...days,
      reuseKeys: true,
      complaints: { wechatpay: 20 },
      wechatpayPacketRows: 6,
    })
    const list = (limit: number, offset: number): ReturnType<typeof wechatPayGet> =>
      wechatPayGet(small, `${base}?limit=${limit}&offset=${offset}&begin_date=2026-01-01&end_date=2026-01-31`)
    const statuses = [await list(6, 0), await list(7, 0), await list(50, 14), await list(50, 13)].map(
      ({ status }) => status,
    )
    expect(statuses).toEqual([200, 400, 200, 400])
    expect(small.requests[1]).toMatchObject({ status: 400, served: [], query: { limit: 7 } })
    await small.close()
  })

  it('histories have a quota of their own', async () => {
    const days = { from: '2026-01-01', to: '2026-01-31' }
    const fresh = await startSandbox({ ...days, reuseKeys: true, complaints: { wechatpay: 1 } })
    const id = fresh.truth[0]?.id
    const path = `${base}/${id}/negotiation-historys?limit=1`
    const statuses = await Promise.all(
      Array.from({ length: 201 }, () => wechatPayGet(fresh, path).then((a) => a.status)),
    )
    expect([statuses.filter((status) => status === 200).length, statuses.includes(429)]).toEqual([200, true])
    const list = `${base}?limit=1&begin_date=2026-01-01&end_date=2026-01-31`
    expect((await wechatPayGet(fresh, list)).status).toBe(200)
    await fresh.close()
  })
})

describe('images', () => {
  const files = (): readonly { url: string; bytes: Uint8Array; contentType: string }[] =>
    ids().flatMap((id) => sandbox.mediaOf('wechatpay', id))

  it('are those of the complaint and of its history, at URLs that are percent-encoded', () => {
    for (const id of ids()) {
      const complaint = sandbox.truth.find((each) => each.id === id)
      const media = [...(complaint?.media ?? []), ...sandbox.historyOf('wechatpay', id).flatMap((entry) => entry.media)]
      expect(sandbox.mediaOf('wechatpay', id).map(({ url }) => url)).toEqual(media.flatMap(({ urls }) => urls))
    }
    const prefix = `${sandbox.wechatpay.baseUrl}/v3/merchant-service/images/`
    expect(files().length).toBeGreaterThan(20)
    for (const { url } of files()) {
      expect(url.startsWith(prefix)).toBe(true)
      expect(url.slice(prefix.length)).toMatch(/^\w+%2F\w+%2B\w+%3D$/)
    }
  })

  it('come as bytes of a real picture, unsigned', async () => {
    const kinds = new Set<string>()
    for (const { url, bytes, contentType } of files().slice(0, 30)) {
      const answer = await wechatPayGet(sandbox, new URL(url).pathname, { headers: { Accept: 'image/*' } })
      expect([answer.status, answer.headers['content-type']]).toEqual([200, contentType])
      expect(answer.bytes.equals(bytes)).toBe(true)
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('wechatpay-'))).toEqual([])
      expect(answer.headers['request-id']).toMatch(/\S/)
      const isPng = contentType === 'image/png'
      expect(answer.bytes.subarray(0, 4).toString('latin1')).toBe(isPng ? '\x89PNG' : 'GIF8')
      if (isPng) expect(pixelsOf(answer.bytes)).toBe(24 * (1 + 24 * 3))
      kinds.add(contentType)
    }
    expect(kinds).toEqual(new Set(['image/png', 'image/gif']))
  })

  it('are asked for byte for byte: another spelling is another file', async () => {
    const path = new URL(files()[0]?.url ?? '').pathname
    const tweaks = { headers: { Accept: '*/*' } }
    expect((await wechatPayGet(sandbox, path, tweaks)).status).toBe(200)
    expect((await wechatPayGet(sandbox, path, { ...tweaks, signedPath: decodeURIComponent(path) })).status).toBe(401)
    for (const other of [decodeURIComponent(path), path.replace('%2F', '%2f'), `${path}?x=1`, `${path}x`])
      expect((await wechatPayGet(sandbox, other, tweaks)).status).toBe(404)
    expect((await wechatPayGet(sandbox, path, { headers: { Authorization: undefined } })).status).toBe(401)
    expect((await wechatPayGet(sandbox, path, { headers: { Accept: undefined } })).status).toBe(400)
  })
})

/** How many bytes the picture data of a PNG holds once inflated. */
function pixelsOf(png: Buffer): number {
  const at = png.indexOf('IDAT')
  return inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))).length
}
