import { createHash } from 'node:crypto'
import forge from 'node-forge'
import { describe, expect, it } from 'vitest'
import { signWithKey } from '../../../../src/adapter-kit/signer.js'
import { signParameters, textToSign, verifies } from '../../../../src/providers/alipay/auth.js'
import { app, callOptions, signText } from './support.js'

/** The published parameters of a list request. */
const parameters = {
  app_id: '2021000000000000',
  method: 'alipay.merchant.tradecomplain.batchquery',
  format: 'JSON',
  charset: 'utf-8',
  sign_type: 'RSA2',
  timestamp: '2026-09-30 23:59:59',
  version: '1.0',
  biz_content: '{"begin_time":"2026-09-01 00:00:00","end_time":"2026-09-30 23:59:59","page_num":1,"page_size":20}',
}

describe('the signed text', () => {
  it('of the list is that whose hash is known', () => {
    const text = textToSign(parameters)
    expect(Buffer.byteLength(text)).toBe(264)
    // The hash of the signature is known, too, for a key of another project, which is not copied.
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      '709c697a105ccfce39e5555fe5e497799c849d1028bc04fe61c87a23cf249b36',
    )
  })

  it('leaves out sign and empty values, sorts by name, and encodes nothing', () => {
    expect(textToSign({ b: '2', sign: 'x', a: '1', empty: '', c: '中 &=%', a_b: '4', B: '0' })).toBe(
      'B=0&a=1&a_b=4&b=2&c=中 &=%',
    )
    expect(textToSign({})).toBe('')
  })
})

describe('a signature', () => {
  it('is that of node-forge, in base64', async () => {
    const key = forge.pki.privateKeyFromPem(app.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    const digest = forge.md.sha256.create().update(textToSign(parameters), 'utf8')
    expect(await signParameters(parameters, signWithKey(app.privateKey), callOptions)).toBe(
      forge.util.encode64(key.sign(digest)),
    )
  })

  it('covers text beyond ASCII as UTF-8', async () => {
    const sign = await signParameters({ a: '投诉' }, signWithKey(app.privateKey), callOptions)
    expect(verifies(Buffer.from('a=投诉'), sign, app.publicKey)).toBe(true)
    expect(verifies(Buffer.from('a=投诉', 'latin1'), sign, app.publicKey)).toBe(false)
  })

  it('is taken in one form of base64 only', () => {
    const sign = signText('x', app.privateKey)
    const bytes = Buffer.from('x')
    expect(sign.endsWith('==')).toBe(true)
    expect(verifies(bytes, sign, app.publicKey)).toBe(true)
    for (const other of [
      sign.slice(0, -2),
      sign.slice(0, -1),
      `${sign}=`,
      `${sign}\n`,
      ` ${sign}`,
      `${sign.slice(0, 8)}\n${sign.slice(8)}`,
      `${sign.slice(0, 8)}!${sign.slice(8)}`,
      '',
    ])
      expect(verifies(bytes, other, app.publicKey)).toBe(false)
  })
})
