import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxComplaint, startSandbox } from '../../../src/sandbox/index.js'
import { type RawAnswer, send, xiaoePost, xiaoeToken } from './raw.js'

const detailPath = '/xe.complaint.info.get/1.0.0'
const json = { 'Content-Type': 'application/json' }

interface Reply {
  complaint_id: string
  reply_from: string
  reply_content: string
  reply_images: string[]
  reply_time: string
}
interface Detail extends Record<string, unknown> {
  current_step: number
  uploaded_images: string[]
  reply_list: Reply[]
}

let sandbox: Sandbox
let token: string

beforeAll(async () => {
  sandbox = await startSandbox({ reuseKeys: true, seed: 5, complaints: { xiaoe: 80, wechatpay: 0, huishouqian: 0 } })
  token = await xiaoeToken(sandbox)
})
afterAll(() => sandbox.close())

function post(fields: object, where: Sandbox = sandbox, headers: Record<string, string> = json): Promise<RawAnswer> {
  const body = JSON.stringify({ access_token: token, ...fields })
  return send(`${where.xiaoe.baseUrl}${detailPath}`, { method: 'POST', headers, body })
}

async function detail(id: string, where: Sandbox = sandbox, access_token: string = token): Promise<Detail> {
  const { code, data } = JSON.parse((await post({ access_token, complaint_id: id }, where)).body)
  expect(code).toBe(0)
  return data
}

async function code(answer: Promise<RawAnswer>): Promise<number> {
  const { status, body } = await answer
  expect(status).toBe(200)
  return JSON.parse(body).code
}

async function all(): Promise<[SandboxComplaint, Detail][]> {
  const pairs: [SandboxComplaint, Detail][] = []
  for (const complaint of sandbox.truth) pairs.push([complaint, await detail(complaint.id)])
  return pairs
}

describe('Xiaoe, the detail call', () => {
  it('has what the list has, and more', async () => {
    const answer = await xiaoePost(sandbox, { access_token: token, page_size: 100 })
    const rows: Record<string, unknown>[] = JSON.parse(answer.body).data.list
    const details = await all()
    expect(details.length).toBe(80)
    for (const [index, [complaint, row]] of details.entries()) {
      const { current_step, ...listed } = rows[index] ?? {}
      expect(row).toMatchObject(listed)
      expect(row).toMatchObject({ app_id: sandbox.xiaoe.appId, complainant_user_id: expect.stringMatching(/^u_/) })
      expect(row.sub_mch_id).toEqual(complaint.channel === 'wechatpay' ? expect.stringMatching(/^\d{10}$/) : undefined)
      expect(row.complaint_content_msg === '').toBe(complaint.channel === 'wechatpay')
      expect(Array.isArray(row.complaint_content_object)).toBe(true)
    }
    expect(new Set(details.map(([, row]) => row.id)).size).toBe(80)
  })

  it('numbers the steps in its own way', async () => {
    const details = await all()
    const steps = (state: string): number[] =>
      [...new Set(details.filter(([complaint]) => complaint.state === state).map(([, row]) => row.current_step))].sort()
    expect(steps('pending')).toEqual([1])
    expect(steps('processing')).toEqual([2, 3])
    expect(steps('resolved')).toEqual([6])
    for (const [, { current_step: step, reply_list: replies }] of details) {
      const last = { 1: undefined, 2: 'B端', 3: 'C端', 6: '小鹅通' }[step]
      expect(replies.at(-1)?.reply_from).toBe(last)
    }
  })

  it('serves exactly the history it holds as truth', async () => {
    const details = await all()
    for (const [{ id, createdAt }, row] of details) {
      const media = (kind: string, urls: string[]): object[] => (urls.length === 0 ? [] : [{ kind, urls }])
      const replies = row.reply_list.map((reply, index) => ({
        id: `${id}:${index + 1}`,
        at: new Date(`${reply.reply_time.replace(' ', 'T')}+08:00`),
        operator: reply.reply_from,
        action: '回复',
        text: reply.reply_content === '' ? null : reply.reply_content,
        media: media('reply_images', reply.reply_images),
      }))
      const first = {
        id: `${id}:0`,
        at: createdAt,
        operator: null,
        action: '投诉',
        text: row.complaint_content_msg === '' ? row.complaint_reason : row.complaint_content_msg,
        media: media('uploaded_images', row.uploaded_images),
      }
      expect(sandbox.historyOf('xiaoe', id)).toEqual([first, ...replies])
      expect(row.reply_list.every(({ complaint_id }) => complaint_id === id)).toBe(true)
      const times = sandbox.historyOf('xiaoe', id).map(({ at }) => at.getTime())
      expect(times).toEqual([...times].sort((one, other) => one - other))
    }
    const replies = details.flatMap(([, row]) => row.reply_list)
    expect(replies.some(({ reply_content: text }) => text === '')).toBe(true)
    expect(replies.every(({ reply_content: text, reply_images: images }) => text !== '' || images.length > 0)).toBe(
      true,
    )
    expect(() => sandbox.historyOf('xiaoe', 'c_unknown')).toThrow('has no complaint')
  })

  it('lets the history grow with the state and keeps what stood there', async () => {
    const other = await startSandbox({ reuseKeys: true, complaints: { xiaoe: 0, wechatpay: 0, huishouqian: 0 } })
    const access_token = await xiaoeToken(other)
    const { id } = other.addComplaint('xiaoe', { state: 'pending' })
    expect(await detail(id, other, access_token)).toMatchObject({ reply_list: [], current_step: 1 })
    other.changeState('xiaoe', id, 'processing')
    const { reply_list: some } = await detail(id, other, access_token)
    other.changeState('xiaoe', id, 'resolved')
    const { reply_list: whole } = await detail(id, other, access_token)
    expect(some.length).toBeGreaterThan(0)
    expect(whole.length).toBeGreaterThan(some.length)
    expect(whole.slice(0, some.length)).toEqual(some)
    await other.close()
  })

  it('is the same for the same seed and writes its source as text when asked to', async () => {
    const [one, other] = await Promise.all(
      ['number', 'text'].map((xiaoeNumbers) =>
        startSandbox({
          reuseKeys: true,
          seed: 9,
          complaints: 5,
          from: '2026-01-01',
          to: '2026-01-09',
          xiaoeNumbers,
        } as object),
      ),
    )
    if (one === undefined || other === undefined) throw new Error('two sandboxes were asked for')
    const detailOf = async (where: Sandbox): Promise<Detail> => {
      const id = where.truth.find(({ provider }) => provider === 'xiaoe')?.id ?? ''
      return detail(id, where, await xiaoeToken(where))
    }
    const [numbers, texts] = [await detailOf(one), await detailOf(other)]
    expect(texts.complaint_from).toBe(String(numbers.complaint_from))
    expect(typeof texts.state).toBe('number')
    const plain = (row: Detail, where: Sandbox): unknown =>
      JSON.parse(JSON.stringify(row.reply_list).replaceAll(where.xiaoe.baseUrl, ''))
    expect(plain(texts, other)).toEqual(plain(numbers, one))
    await Promise.all([one.close(), other.close()])
  })

  it('answers an empty list for a number that it does not know', async () => {
    const { body } = await post({ complaint_id: 'c_0000000000000_unknown0' })
    expect(JSON.parse(body)).toMatchObject({ code: 0, data: [] })
    expect(sandbox.requests.at(-1)).toMatchObject({ operation: 'history', served: [] })
  })

  it('refuses what is not as the page says', async () => {
    const complaint_id = sandbox.truth[0]?.id ?? ''
    expect(await code(post({}))).toBe(1002)
    expect(await code(post({ complaint_id: '' }))).toBe(1002)
    expect(await code(post({ complaint_id: 5 }))).toBe(1002)
    expect(await code(post({ complaint_id, page: 1 }))).toBe(1002)
    expect(await code(post({ complaint_id, access_token: undefined }))).toBe(2007)
    expect(await code(post({ complaint_id, access_token: 'x' }))).toBe(2008)
    expect(await code(post({ complaint_id }, sandbox, { 'Content-Type': 'text/plain' }))).toBe(1002)
    expect(await code(post({ complaint_id }, sandbox, { ...json, access_token: token }))).toBe(1002)
    expect(await code(send(`${sandbox.xiaoe.baseUrl}${detailPath}`))).toBe(2055)
  })

  it('keeps its quota apart from the list', async () => {
    const other = await startSandbox({ reuseKeys: true, complaints: { xiaoe: 1, wechatpay: 0, huishouqian: 0 } })
    const access_token = await xiaoeToken(other)
    const complaint_id = other.truth[0]?.id
    const codes = []
    for (let call = 0; call < 501; call += 1) codes.push(await code(post({ access_token, complaint_id }, other)))
    expect(codes.slice(0, 500).every((each) => each === 0)).toBe(true)
    expect(codes.at(-1)).toBe(2054)
    expect(await code(xiaoePost(other, { access_token }))).toBe(0)
    await other.close()
  })
})

describe('Xiaoe, pictures', () => {
  it('serves every picture of the detail call to everybody, byte for byte', async () => {
    const types = new Set<string>()
    for (const [{ id }, row] of await all()) {
      const media = sandbox.mediaOf('xiaoe', id)
      const urls = [...row.uploaded_images, ...row.reply_list.flatMap(({ reply_images: images }) => images)]
      expect(media.map(({ url }) => url)).toEqual(urls)
      for (const { url, bytes, contentType } of media) {
        const answer = await send(url)
        expect(answer.status).toBe(200)
        expect(answer.headers['content-type']).toBe(contentType)
        expect(answer.bytes.equals(bytes)).toBe(true)
        expect(sandbox.requests.at(-1)).toMatchObject({ operation: 'media', served: [id] })
        types.add(contentType)
      }
    }
    expect([...types].sort()).toEqual(['image/gif', 'image/png'])
  })

  it('knows no other picture, nor one whose complaint is gone', async () => {
    const gone = sandbox.truth.find(({ id }) => sandbox.mediaOf('xiaoe', id).length > 0)
    const url = sandbox.mediaOf('xiaoe', gone?.id ?? '')[0]?.url ?? ''
    expect((await send(url)).status).toBe(200)
    expect((await send(url, { method: 'POST', body: '' })).status).toBe(404)
    sandbox.removeComplaint('xiaoe', gone?.id ?? '')
    expect((await send(url)).status).toBe(404)
    expect((await send(`${sandbox.xiaoe.baseUrl}/sandbox-images/other.png`)).status).toBe(404)
  })
})
