import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { decodeGbk, decodeText, isGbk } from '../../../../src/providers/alipay/charset.js'
import { encodeGbk } from '../../../support/gbk.js'

describe('bytes', () => {
  it('are UTF-8, or else GBK', () => {
    for (const text of ['', 'plain', '投诉', '誠']) {
      expect(decodeText(Buffer.from(text))).toBe(text)
      expect(decodeText(encodeGbk(text))).toBe(text)
      expect(decodeGbk(encodeGbk(text))).toBe(text)
    }
    expect([isGbk(Buffer.from('投诉')), isGbk(encodeGbk('投诉'))]).toEqual([false, true])
  })

  it('that are neither are refused', () => {
    expect(() => decodeText(Buffer.from([0x81]))).toThrow(TypeError)
    expect(() => decodeGbk(Buffer.from([0x81, 0x20]))).toThrow(TypeError)
    expect(() => decodeGbk(Buffer.from([0x81, 0x20]))).toThrow('not GBK, or this Node was built without its tables')
  })

  it('of GBK are refused by a Node without its tables', () => {
    class Small {
      constructor() {
        throw new RangeError('The "gbk" encoding is not supported')
      }
    }
    vi.stubGlobal('TextDecoder', Small)
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(() => decodeText(encodeGbk('投诉'))).toThrow(TypeError)
    expect(decodeText(Buffer.from('投诉'))).toBe('投诉')
  })
})
