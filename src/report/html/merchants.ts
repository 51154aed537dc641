import { escapeHtml } from './escape.js'
import { count, type Page } from './parts.js'

/** More merchants are in the spreadsheet only. */
const maxMerchants = 20

/** The figures of each merchant; empty when every complaint is about the merchant of its account. */
export function renderMerchants({ figures, names, texts }: Page): string {
  const { merchants } = figures
  if (merchants.length === 0) return ''
  const shown = merchants.slice(0, maxMerchants)
  const { pending, processing } = names.states
  const headings = [texts.merchant, texts.account]
  const numbers = [texts.total, pending, processing, texts.overdue, texts.dueSoon]
  const head = [
    ...headings.map((heading) => `<th scope="col">${escapeHtml(heading)}</th>`),
    ...numbers.map((heading) => `<th scope="col" class="number">${escapeHtml(heading)}</th>`),
  ]
  const body = shown.map(({ account, merchant, total, states, overdue, dueSoon }) => {
    const cells = [
      `<td>${escapeHtml(names.accounts[account] ?? '')}</td>`,
      `<td class="number">${count(total)}</td>`,
      `<td class="number">${count(states.pending)}</td>`,
      `<td class="number">${count(states.processing)}</td>`,
      `<td class="number${overdue > 0 ? ' late' : ''}">${count(overdue)}</td>`,
      `<td class="number${dueSoon > 0 ? ' soon' : ''}">${count(dueSoon)}</td>`,
    ]
    return `<tr><th scope="row">${escapeHtml(merchant === '' ? texts.noMerchant : merchant)}</th>${cells.join('')}</tr>`
  })
  const note =
    shown.length < merchants.length
      ? `<p class="soft">${escapeHtml(texts.merchantsCut(count(shown.length), count(merchants.length)))}</p>`
      : ''
  return `<section aria-labelledby="merchants"><h2 id="merchants">${escapeHtml(texts.merchants)}</h2><div class="panel">${note}<div class="scroll" tabindex="0" role="region" aria-labelledby="merchants"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div></div></section>`
}
