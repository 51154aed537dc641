import type { ComplaintState } from '../index.js'
import { dayMs } from '../time.js'
import type { ReportAccount, ReportRow } from './rows.js'

/** A complaint is due soon when its deadline is nearer than this. */
const soonMs = dayMs

/** How many complaints of one account there are. */
export interface AccountFigures {
  readonly total: number
  readonly states: Readonly<Record<ComplaintState, number>>
  readonly overdue: number
  readonly dueSoon: number
}

/** How many complaints of one merchant there are. */
export interface MerchantFigures extends AccountFigures {
  /** Index of the account. */
  readonly account: number
  /** Empty for complaints that name no merchant. */
  readonly merchant: string
}

interface Counts {
  readonly states: Record<ComplaintState, number>
  overdue: number
  dueSoon: number
}

export function noCounts(): Counts {
  return { states: noStates(), overdue: 0, dueSoon: 0 }
}

export function count(counts: Counts, row: ReportRow, now: number): void {
  counts.states[row.state] += 1
  if (row.isOverdue) counts.overdue += 1
  else if (isDueSoon(row, now)) counts.dueSoon += 1
}

export function withTotal(counts: Counts): AccountFigures {
  return { total: sum(Object.values(counts.states)), ...counts }
}

/** Counts of merchants and sub-merchants, which share the account of their service provider. */
export function createMerchantCounts(accounts: readonly ReportAccount[]): {
  of(row: ReportRow): Counts
  figures(): MerchantFigures[]
} {
  const counted = new Map<string, Counts & Pick<MerchantFigures, 'account' | 'merchant'>>()
  return {
    of({ account, merchant }) {
      const key = `${account}:${merchant}`
      const counts = counted.get(key) ?? { account, merchant, ...noCounts() }
      counted.set(key, counts)
      return counts
    },
    figures() {
      const all = [...counted.values()].map((counts) => ({ ...counts, ...withTotal(counts) }))
      const others = all.filter(({ account, merchant }) => merchant !== '' && merchant !== accounts[account]?.account)
      const owners = new Set(others.map(({ account }) => account))
      return all.filter(({ account }) => owners.has(account)).sort((one, other) => other.total - one.total)
    },
  }
}

/** True when the deadline is ahead, but nearer than a day. */
export function isDueSoon({ dueAt, isOverdue }: Pick<ReportRow, 'dueAt' | 'isOverdue'>, now: number): boolean {
  return !isOverdue && dueAt !== null && dueAt <= now + soonMs
}

function noStates(): Record<ComplaintState, number> {
  return { pending: 0, processing: 0, resolved: 0, unknown: 0 }
}

export function addUp(each: readonly AccountFigures[]): AccountFigures {
  const states = noStates()
  for (const figures of each)
    for (const state of Object.keys(states) as ComplaintState[]) states[state] += figures.states[state]
  return {
    total: sum(each.map(({ total }) => total)),
    states,
    overdue: sum(each.map(({ overdue }) => overdue)),
    dueSoon: sum(each.map(({ dueSoon }) => dueSoon)),
  }
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
