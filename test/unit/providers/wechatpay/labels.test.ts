import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { negotiationSteps } from '../../../../src/labels/negotiation.js'
import type { LabelTable } from '../../../../src/labels/tables.js'
import { wechatpayLabels } from '../../../../src/providers/wechatpay/labels.js'
import { mapComplaint } from '../../../../src/providers/wechatpay/map.js'
import { lastStep, script } from '../../../../src/sandbox/wechatpay/history-script.js'

const sourceOf = (path: string): string => readFileSync(new URL(`../../../../src/${path}`, import.meta.url), 'utf8')
const sample = JSON.parse(
  readFileSync(new URL('../../../fixtures/wechatpay/list-official-sample.json', import.meta.url), 'utf8'),
)
const knownTo = (...tables: readonly LabelTable[]): string[] => tables.flatMap((table) => Object.keys(table))

describe("WeChat Pay's labels", () => {
  it('cover the states that are mapped, and no others', () => {
    const [row] = sample.data
    const mapped = Object.keys(wechatpayLabels.complaint_state).map(
      (complaint_state) =>
        mapComplaint({ ...row, complaint_state }, 'a', { baseUrl: 'https://h', imageOrigins: [] }).state,
    )
    expect(mapped).toEqual(['pending', 'processing', 'resolved'])
  })

  it("cover every value that the row's types speak of", () => {
    const named = [...sourceOf('providers/wechatpay/wire.ts').matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)]
    // The types of the history are in the same file.
    const spoken = named.map(([, value = '']) => value).filter((value) => !Object.hasOwn(negotiationSteps, value))
    expect(spoken.length).toBeGreaterThan(10)
    const { complaint_state, problem_type, user_tag_list, media_type, service_order_state, additional_info_type } =
      wechatpayLabels
    expect([...new Set(spoken)].sort()).toEqual(
      knownTo(
        complaint_state,
        problem_type,
        user_tag_list,
        media_type,
        service_order_state,
        additional_info_type,
      ).sort(),
    )
  })

  it('cover every value of the official sample', () => {
    for (const complaint of sample.data) {
      expect(knownTo(wechatpayLabels.complaint_state)).toContain(complaint.complaint_state)
      expect(knownTo(wechatpayLabels.problem_type)).toContain(complaint.problem_type)
      expect(knownTo(wechatpayLabels.user_tag_list)).toEqual(expect.arrayContaining(complaint.user_tag_list))
      expect(knownTo(wechatpayLabels.additional_info_type)).toContain(complaint.additional_info.type)
      for (const { state } of complaint.service_order_info)
        expect(knownTo(wechatpayLabels.service_order_state)).toContain(state)
      for (const { media_type } of complaint.complaint_media_list)
        expect(knownTo(wechatpayLabels.media_type)).toContain(media_type)
    }
  })

  it("cover what is done in the sandbox's histories, but for the word that WeChat Pay has yet to add", () => {
    const done = [...script, lastStep].map(({ action }) => action)
    const unknown = done.filter((action) => !knownTo(wechatpayLabels.operate_type).includes(action))
    expect(unknown).toEqual(['SANDBOX_FUTURE_OPERATION'])
  })

  it('keep the words that WeChat Pay misspells, and offer no corrected ones', () => {
    const words = knownTo(wechatpayLabels.operate_type)
    expect(words).toEqual(expect.arrayContaining(['MERCHANT_REFUSE_RERUND', 'USER_COMFIRM_COMPLAINT']))
    expect(words.filter((word) => /REFUSE_REFUND|CONFIRM_COMPLAINT$/.test(word))).toEqual([])
    expect(words).toHaveLength(27)
  })

  it('cover every code and event that the sandbox answers and sends', () => {
    const folder = new URL('../../../../src/sandbox/wechatpay/', import.meta.url)
    const text = readdirSync(folder)
      .map((name) => sourceOf(`sandbox/wechatpay/${name}`))
      .join('\n')
    const codes = [...text.matchAll(/code: '([A-Z_]+)'/g)].map(([, code = '']) => code)
    const events = [...text.matchAll(/'(COMPLAINT\.\w+)'/g)].map(([, event = '']) => event)
    expect([new Set(codes).size, new Set(events).size]).toEqual([5, 2])
    expect(knownTo(wechatpayLabels.code)).toEqual(expect.arrayContaining(codes))
    expect(knownTo(wechatpayLabels.event_type).sort()).toEqual([...new Set(events)].sort())
  })

  it('name what a callback is about', () => {
    expect(knownTo(wechatpayLabels.action_type)).toHaveLength(13)
    expect(wechatpayLabels.action_type.CREATE_COMPLAINT).toEqual({
      zh: '用户提交投诉',
      en: 'The complainant complained',
    })
  })
})
