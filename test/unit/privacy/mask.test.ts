import { expect, it } from 'vitest'
import type { Complaint } from '../../../src/model.js'
import { maskComplaint, maskText } from '../../../src/privacy/mask.js'

it.each([
  '0000-00-00 00:00:00',
  '-0001-11-30 00:00:00',
  '0001-01-01 00:00:00',
  '0000-00-00',
  '{"closed_at":"0000-00-00 00:00:00","settled_at":"-0001-11-30 00:00:00"}',
  '2026-11-30 00:00:00',
])('dates are not phone numbers: %s', (text) => expect(maskText(text)).toBe(text))

it.each([
  ['010-12345678', '010-****78'],
  ['0755-12345678', '0755-****78'],
  ['0571 8765 4321', '0571 ****21'],
  ['0044 20 7946 0958', '0044 ****58'],
  ['001 212-555-0100', '001 ****00'],
])('landlines and foreign numbers are masked: %s', (text, masked) => expect(maskText(text)).toBe(masked))

it('a contact is personal whatever its form: an e-mail address is an account of Alipay', () => {
  const complaint = { id: '1', raw: { contact: 'somebody@example.com', contact_person: 'plain' } }
  const masked = maskComplaint(complaint as unknown as Complaint)
  expect(masked.raw).toEqual({ contact: 'some****.com', contact_person: 'plain' })
})
