import type { Random } from '../random.js'

/** Ends of texts that look like the envelope of a response. */
const endings: readonly [string, ...string[]] = [
  '（截图：{"code":"10000"},"sign":"MIIB+/=="}）',
  '\\" } ] 见附件 http://shop.example.com/a/b',
  '{{{[[',
  '\\\\',
]

/** The complainant's words; some endings could mislead code that cuts the signed text out of a response. */
export function drawDetail(random: Random, words: string, given: string | undefined): string {
  const ending = random.chance(0.2) ? random.pick(endings) : ''
  return given ?? words + ending
}
