import { type Complaint, type ComplaintState, type Deadline, labels, sharedLabels } from '../index.js'
import type { LabelLanguage } from '../labels/tables.js'
import type { ReportAccount } from './rows.js'

export const states: readonly ComplaintState[] = ['pending', 'processing', 'resolved', 'unknown']

/** The names of a report's accounts, providers, states and deadlines in its language. */
export interface Names {
  readonly accounts: readonly string[]
  /** One for each account. */
  readonly providers: readonly string[]
  readonly states: Readonly<Record<ComplaintState, string>>
  /** What must have happened by a deadline. */
  readonly deadlines: Readonly<Record<Deadline['for'], string>>
}

export function namesOf(accounts: readonly ReportAccount[], language: LabelLanguage): Names {
  const providers = accounts.map(({ provider }) => labelsOf(provider, 'pending', language).provider)
  // States are called alike for all providers.
  const provider = accounts[0]?.provider
  const stateName = (state: ComplaintState): string =>
    provider === undefined ? state : labelsOf(provider, state, language).state
  return {
    accounts: accounts.map(({ account }, index) => `${providers[index]} ${account}`),
    providers,
    states: {
      pending: stateName('pending'),
      processing: stateName('processing'),
      resolved: stateName('resolved'),
      unknown: stateName('unknown'),
    },
    deadlines: {
      reply: sharedLabels.deadline.reply[language],
      resolution: sharedLabels.deadline.resolution[language],
    },
  }
}

function labelsOf(
  provider: Complaint['provider'],
  state: ComplaintState,
  language: LabelLanguage,
): ReturnType<typeof labels> {
  return labels({ provider, state, tags: [], media: [], raw: {} } as unknown as Complaint, language)
}
