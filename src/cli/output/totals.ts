import type { Complaint } from '../../model.js'
import type { Language } from '../language.js'
import { fitCells } from './width.js'

/** One line for each provider: the number of complaints, and of pending ones. */
export function renderTotals(complaints: readonly Complaint[], language: Language): string {
  const providers = [...new Set(complaints.map(({ provider }) => provider))].sort()
  return providers
    .map((provider) => {
      const providerComplaints = complaints.filter((complaint) => complaint.provider === provider)
      const pending = providerComplaints.filter(({ state }) => state === 'pending').length
      const [all, waiting] = [String(providerComplaints.length).padStart(5), String(pending).padStart(3)]
      const texts = { zh: `${all} 条投诉，其中待处理 ${waiting} 条`, en: `${all} complaints, ${waiting} pending` }
      return `${fitCells(provider, 13)}${texts[language]}`
    })
    .join('\n')
}
