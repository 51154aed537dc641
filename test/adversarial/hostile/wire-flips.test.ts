import { describe, expect, it } from 'vitest'
import { type Complaint, ComplaintClient } from '../../../src/index.js'
import { isAlipay } from '../fuzz/alipay.js'
import { dice } from '../fuzz/dice.js'
import { adapterOf, type Mode, modes, type Sealed } from '../fuzz/platform.js'
import { month } from '../fuzz/rows.js'
import { startHostileServer } from '../fuzz/server.js'
import { flipByte, flipCharacter } from './flips.js'

/** Of one response of each provider. */
const samples = 120
/** Alipay's responses are cut out of their envelope before they are verified, so that more can go wrong. */
const samplesOf = (mode: Mode): number => (isAlipay(mode) ? 1000 : samples)
const rows = 3
/** Only TLS vouches for Xiaoe's answers: nothing in them can show a changed letter. */
const proven = modes.filter((mode) => mode !== 'xiaoe')

/** One bit of an answer flipped on its way: of its body, or of a header that proves it. */
function flipOnWay(sealed: Sealed, number: number, samples: number): Sealed {
  const names = Object.keys(sealed.headers).filter((name) => name.startsWith('wechatpay-'))
  const name = names[number % (2 * Math.max(1, names.length))]
  if (name === undefined) {
    const at = Math.floor((number / samples) * sealed.body.length)
    return { ...sealed, body: flipByte(sealed.body, { at, bit: number % 7 }) }
  }
  const value = sealed.headers[name] ?? ''
  const changed = flipCharacter(value, { at: (number * 7) % value.length, bit: number % 5 })
  // What no HTTP header can hold would not arrive.
  return { ...sealed, headers: { ...sealed.headers, [name]: /^[!-~]+$/.test(changed) ? changed : `${value}0` } }
}

describe.each(proven)('%s', (mode: Mode) => {
  it('through the whole client: a bit flipped on the way never changes a row', async () => {
    let number = -1
    const honest = { paging: 'honest', rows, changes: 0, wraps: 0 } as const
    const server = await startHostileServer(mode, honest, dice(1), {
      onWay: (sealed) => (number < 0 ? sealed : flipOnWay(sealed, number, samplesOf(mode))),
    })
    const drain = async (): Promise<{ complaints: Complaint[]; failure: string | null }> => {
      const complaints: Complaint[] = []
      const client = new ComplaintClient(adapterOf(mode, server.baseUrl), { maxRetries: 0 })
      try {
        for await (const complaint of client.list(month)) complaints.push(complaint)
        return { complaints, failure: null }
      } catch (error) {
        return { complaints, failure: (error as Error).name }
      }
    }
    try {
      const truth = await drain()
      expect([truth.complaints.length, truth.failure]).toEqual([rows, null])
      let refused = 0
      const samples = samplesOf(mode)
      for (number = 0; number < samples; number += 1) {
        const { complaints, failure } = await drain()
        // Some letters say nothing: the case of a hex digit, or the message of a success.
        expect(complaints).toEqual(truth.complaints.slice(0, complaints.length))
        if (failure === null) expect(complaints).toHaveLength(rows)
        else {
          expect(['SignatureError', 'ResponseError', 'ApiError']).toContain(failure)
          refused += 1
        }
      }
      expect(refused).toBeGreaterThan(samples * (mode.startsWith('wechatpay') ? 0.999 : 0.9))
    } finally {
      await server.close()
    }
  })
})
