import { type ComplaintError, sharedLabels } from '../../index.js'
import type { Complaint, ProviderName } from '../../model.js'
import { accountName } from '../account-name.js'
import type { Language } from '../language.js'
import { fitCells } from './width.js'

/** Counts the complaints of each account. */
export interface AccountTotals {
  add(complaints: readonly Complaint[]): void
  /** Its complaints are not all counted. */
  markFailed(error: Pick<ComplaintError, 'provider' | 'account'>): void
  /** One line for each account, also for those without complaints. */
  lines(language: Language): string[]
}

/** @param accounts names as `provider:account` */
export function createAccountTotals(accounts: readonly string[]): AccountTotals {
  const counts = new Map(accounts.map((key) => [key, { all: 0, pending: 0 }]))
  const failed = new Set<string>()
  return {
    markFailed({ provider, account }) {
      failed.add(`${provider}:${account}`)
    },
    add(complaints) {
      for (const { provider, account, state } of complaints) {
        const key = `${provider}:${account}`
        const count = counts.get(key) ?? { all: 0, pending: 0 }
        counts.set(key, { all: count.all + 1, pending: count.pending + (state === 'pending' ? 1 : 0) })
      }
    },
    lines: (language) =>
      [...counts].map(([key, { all, pending }]) =>
        language === 'zh'
          ? `${chineseName(key)}：${all} 条投诉，其中待处理 ${pending} 条${failed.has(key) ? '（未列完）' : ''}`
          : `${all} ${all === 1 ? 'complaint' : 'complaints'} of ${key}, ${pending} pending${failed.has(key) ? ' (not finished)' : ''}`,
      ),
  }
}

function chineseName(key: string): string {
  const [provider = '', ...account] = key.split(':')
  return accountName({ provider: provider as ProviderName, account: account.join(':') }, 'zh')
}

/** One line for each provider: the number of complaints, and of pending ones. */
export function renderTotals(complaints: readonly Complaint[], language: Language): string {
  const providers = [...new Set(complaints.map(({ provider }) => provider))].sort()
  return providers
    .map((provider) => {
      const providerComplaints = complaints.filter((complaint) => complaint.provider === provider)
      const pending = providerComplaints.filter(({ state }) => state === 'pending').length
      const [all, waiting] = [String(providerComplaints.length).padStart(5), String(pending).padStart(3)]
      const texts = { zh: `${all} 条投诉，其中待处理 ${waiting} 条`, en: `${all} complaints, ${waiting} pending` }
      return `${fitCells(language === 'zh' ? sharedLabels.provider[provider].zh : provider, 13)}${texts[language]}`
    })
    .join('\n')
}
