/** The words of a report. */
export interface ReportTexts {
  readonly htmlLang: string
  readonly title: string
  readonly range: (from: string, to: string) => string
  readonly madeAt: (time: string) => string
  readonly beijingTime: string
  readonly accounts: (count: number) => string
  readonly figures: string
  readonly total: string
  readonly totalHint: string
  readonly pendingHint: (processing: string) => string
  readonly overdue: string
  readonly overdueHint: string
  readonly dueSoon: string
  readonly dueSoonHint: string
  readonly medianClose: string
  readonly medianCloseHint: (count: string) => string
  readonly notTold: string
  readonly lastDay: (day: string) => string
  readonly lastFullDay: string
  readonly lastFullDayCount: string
  readonly usualCount: (days: number) => string
  readonly compared: string
  readonly verdicts: Readonly<Record<'more' | 'fewer' | 'usual', string>>
  readonly comparison: Readonly<Record<'more' | 'fewer' | 'usual', (usual: string, days: number) => string>>
  readonly noComparison: string
  readonly days: (days: number) => string
  readonly hours: (hours: number) => string
  readonly minutes: (minutes: number) => string
  readonly charts: string
  readonly perDay: string
  readonly perWeek: string
  readonly byState: string
  readonly bySubject: string
  readonly byHour: string
  readonly complaints: string
  readonly hourAxis: string
  readonly dayAxis: string
  readonly asText: string
  readonly others: string
  readonly noData: string
  readonly noComplaints: string
  readonly deadlines: string
  /** The headings of the two lists of deadlines, and what is first in them. */
  readonly lateList: (count: string) => string
  readonly lateHint: string
  readonly nextList: (count: string) => string
  readonly nextHint: string
  readonly listCut: (hint: string, shown: string) => string
  readonly noDeadlines: string
  readonly late: (span: string) => string
  readonly left: (span: string) => string
  readonly lateUnknown: string
  readonly merchants: string
  readonly merchantsCut: (shown: string, all: string) => string
  readonly noMerchant: string
  readonly table: string
  readonly tableCut: (shown: string, all: string) => string
  readonly search: string
  readonly searchHint: string
  readonly allAccounts: string
  readonly allProviders: string
  readonly allStates: string
  readonly allDeadlines: string
  readonly rowsPerPage: string
  readonly reset: string
  /** `{shown}` and `{all}` are replaced. */
  readonly found: string
  /** `{from}`, `{to}`, `{page}` and `{pages}` are replaced. */
  readonly page: string
  readonly previous: string
  readonly next: string
  readonly nothingFound: string
  readonly sortBy: string
  readonly noScript: string
  readonly failedAccounts: string
  readonly failedAccount: string
  readonly filters: string
  readonly colon: string
  readonly phonesMasked: string
  readonly phonesShown: string
  readonly provider: string
  readonly account: string
  readonly merchant: string
  readonly id: string
  readonly createdAt: string
  readonly state: string
  readonly dueAt: string
  readonly subject: string
  readonly phone: string
  readonly detail: string
  readonly amount: string
  readonly dueFor: string
  readonly remaining: string
  readonly remainingHours: string
  readonly day: string
  readonly figure: string
  readonly value: string
  readonly all: string
  readonly sheets: Readonly<Record<'overview' | 'daily' | 'complaints' | 'deadlines', string>>
  readonly from: string
  readonly to: string
  readonly made: string
  readonly medianCloseHours: string
}
