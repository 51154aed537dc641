import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { ask, type CallPath, fieldsOf, idsOf, peers, postFields, provenResult } from './huishouqian-peer.js'
import { send } from './raw.js'

const path: CallPath = '/complaint/download'
const options: SandboxOptions = {
  seed: 11,
  complaints: { wechatpay: 1, huishouqian: 20, xiaoe: 1 },
  from: '2026-01-01',
  to: '2026-01-31',
  reuseKeys: true,
}

const signatures = { png: '89504e470d0a1a0a', gif: '474946383961' }

const variants = [
  { signType: 'RSA2', huishouqianKeyBits: 2048 },
  { signType: 'CFCA', huishouqianKeyBits: 1024 },
] as const

describe.each(variants)("Huishouqian's files, $signType with $huishouqianKeyBits bits", (variant) => {
  let sandbox: Sandbox
  let withFiles: string[]
  beforeAll(async () => {
    sandbox = await startSandbox({ ...options, ...variant })
    withFiles = idsOf(sandbox).filter((id) => sandbox.mediaOf('huishouqian', id).length > 0)
  })
  afterAll(() => sandbox.close())

  it.each(Object.entries(peers))('are what the truth says they are, by %s', async (_, peer) => {
    const suffixes = new Set<string>()
    for (const complaintId of withFiles.slice(0, 6)) {
      for (const { url, bytes, contentType } of sandbox.mediaOf('huishouqian', complaintId).slice(0, 4)) {
        const envelope = await ask(sandbox, path, { complaintId, mediaUrl: url, mediaType: 'IMAGE' }, peer)
        const file = provenResult(sandbox, envelope, peer) as { bytes: string; suffix: 'png' | 'gif' }
        expect(Object.keys(file)).toEqual(['bytes', 'suffix'])
        expect(file.bytes).toBe(Buffer.from(bytes).toString('base64'))
        expect(contentType).toBe(`image/${file.suffix}`)
        expect(Buffer.from(bytes).toString('hex').startsWith(signatures[file.suffix])).toBe(true)
        expect(sandbox.requests.at(-1)).toMatchObject({
          operation: 'media',
          query: { complaintId, mediaUrl: url },
          served: [complaintId],
        })
        suffixes.add(file.suffix)
      }
    }
    expect(suffixes).toEqual(new Set(['png', 'gif']))
  })

  it('are those that the histories name', () => {
    for (const id of idsOf(sandbox)) {
      const named = sandbox.historyOf('huishouqian', id).flatMap(({ media }) => media.flatMap(({ urls }) => urls))
      expect(sandbox.mediaOf('huishouqian', id).map(({ url }) => url)).toEqual(named)
      expect(new Set(named).size).toBe(named.length)
    }
    expect(withFiles.length).toBeGreaterThan(3)
  })

  it('need no media type, and cannot be fetched from where they seem to be', async () => {
    const [complaintId = ''] = withFiles
    const mediaUrl = sandbox.mediaOf('huishouqian', complaintId)[0]?.url ?? ''
    expect(await ask(sandbox, path, { complaintId, mediaUrl })).toMatchObject({ success: true })
    expect((await send(mediaUrl)).status).toBe(404)
  })

  const wrong: [string, (own: { complaintId: string; mediaUrl: string }, foreign: string) => unknown, string][] = [
    ['an unknown complaint', (own) => ({ ...own, complaintId: '200210220000101000000000000' }), '130003'],
    ['no complaint', ({ mediaUrl }) => ({ mediaUrl }), '130010'],
    ['no URL', ({ complaintId }) => ({ complaintId }), '130002'],
    ['the URL of another complaint', (own, foreign) => ({ ...own, mediaUrl: foreign }), '130002'],
    ['an unknown URL', (own) => ({ ...own, mediaUrl: `${own.mediaUrl}x` }), '130002'],
    ['an empty URL', (own) => ({ ...own, mediaUrl: '' }), '130002'],
    ['a media type that is no text', (own) => ({ ...own, mediaType: 1 }), '130002'],
    ['a page', (own) => ({ ...own, limit: 1 }), '130002'],
  ]
  it.each(wrong)('are refused for %s', async (_, business, errorCode) => {
    const [complaintId = '', other = ''] = withFiles
    const mediaUrl = sandbox.mediaOf('huishouqian', complaintId)[0]?.url ?? ''
    const foreign = sandbox.mediaOf('huishouqian', other)[0]?.url ?? ''
    const answer = await ask(sandbox, path, business({ complaintId, mediaUrl }, foreign))
    expect(answer).toMatchObject({ success: false, errorCode, result: null })
  })

  it("are refused under another call's method, or changed on the way", async () => {
    const [complaintId = ''] = withFiles
    const mediaUrl = sandbox.mediaOf('huishouqian', complaintId)[0]?.url ?? ''
    const fields = fieldsOf(sandbox, path, { complaintId, mediaUrl })
    for (const changed of [{ method: 'COMPLAINT_QUERY' }, { signContent: `${fields.signContent}00` }]) {
      const answer = await postFields(sandbox, path, { ...fields, ...changed })
      expect(JSON.parse(answer.body)).toMatchObject({ success: false, errorCode: '130002' })
    }
  })
})
