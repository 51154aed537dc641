import type { Complaint } from '../model.js'
import { fitCells } from './width.js'

/** One line for each provider: how many, and how many wait for an answer. */
export function renderTotals(complaints: readonly Complaint[]): string {
  const providers = [...new Set(complaints.map(({ provider }) => provider))].sort()
  return providers
    .map((provider) => {
      const own = complaints.filter((complaint) => complaint.provider === provider)
      const pending = own.filter(({ state }) => state === 'pending').length
      return `${fitCells(provider, 13)}${String(own.length).padStart(5)} complaints, ${String(pending).padStart(3)} pending`
    })
    .join('\n')
}
