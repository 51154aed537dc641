import type { LabelLanguage } from '../labels/tables.js'

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
  readonly deadlinesHint: string
  readonly deadlinesCut: (shown: string, all: string) => string
  readonly noDeadlines: string
  readonly late: (span: string) => string
  readonly left: (span: string) => string
  readonly lateUnknown: string
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
  readonly id: string
  readonly createdAt: string
  readonly state: string
  readonly dueAt: string
  readonly subject: string
  readonly phone: string
  readonly detail: string
  readonly amount: string
  readonly dueFor: string
  readonly dueForWhat: Readonly<Record<'reply' | 'resolution', string>>
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

const zh: ReportTexts = {
  htmlLang: 'zh-CN',
  title: '投诉报表',
  range: (from, to) => `${from} 至 ${to}`,
  madeAt: (time) => `生成于 ${time}`,
  beijingTime: '时间均为北京时间',
  accounts: (count) => `${count} 个账号`,
  figures: '概览',
  total: '投诉总数',
  totalHint: '所选时间内提交的投诉',
  pendingHint: (processing) => `另有 ${processing} 条处理中`,
  overdue: '已超时',
  overdueHint: '未处理完成，已过处理期限',
  dueSoon: '24 小时内到期',
  dueSoonHint: '未处理完成，期限将至',
  medianClose: '处理用时（中位数）',
  medianCloseHint: (count) => `按有完成时间的 ${count} 条计算`,
  notTold: '渠道未提供完成时间',
  lastDay: (day) => `${day} 当日投诉`,
  comparison: {
    more: (usual, days) => `比平时多（前 ${days} 天的中位数为每天 ${usual} 条）`,
    fewer: (usual, days) => `比平时少（前 ${days} 天的中位数为每天 ${usual} 条）`,
    usual: (usual, days) => `与平时相当（前 ${days} 天的中位数为每天 ${usual} 条）`,
  },
  noComparison: '所选时间不足 8 个整天，无法与平时比较；可改用 --since 30d',
  days: (days) => `${days} 天`,
  hours: (hours) => `${hours} 小时`,
  minutes: (minutes) => `${minutes} 分钟`,
  charts: '图表',
  perDay: '每日投诉',
  perWeek: '每周投诉',
  byState: '状态',
  bySubject: '投诉类型（前 8 项）',
  byHour: '提交时段',
  complaints: '投诉数',
  hourAxis: '时（0–23）',
  dayAxis: '日期',
  asText: '查看数据',
  others: '其他',
  noData: '没有数据',
  noComplaints: '所选时间和条件下没有投诉。',
  deadlines: '时限',
  deadlinesHint: '未处理完成的投诉，最紧急的在前',
  deadlinesCut: (shown, all) => `共 ${all} 条，此处列出最紧急的 ${shown} 条；其余见下表（按处理期限排序）`,
  noDeadlines: '没有处于处理期限内或已超时的投诉。',
  late: (span) => `已超时 ${span}`,
  left: (span) => `剩余 ${span}`,
  lateUnknown: '已超时（渠道标记）',
  table: '明细',
  tableCut: (shown, all) =>
    `共 ${all} 条投诉，下表只含最新的 ${shown} 条；概览、图表与时限按全部投诉计算。要得到全部明细，请用相同条件导出 Excel：npx unified-complaints report --output report.xlsx`,
  search: '搜索',
  searchHint: '单号、电话、类型、内容…',
  allAccounts: '全部账号',
  allProviders: '全部渠道',
  allStates: '全部状态',
  allDeadlines: '全部时限',
  rowsPerPage: '每页条数',
  reset: '清除筛选',
  found: '{shown} / {all} 条',
  page: '第 {page} / {pages} 页（第 {from}–{to} 条）',
  previous: '上一页',
  next: '下一页',
  nothingFound: '没有符合条件的投诉。',
  sortBy: '按此列排序：',
  noScript: '浏览器禁用了脚本，明细表无法显示；上面的数字与时限不受影响。',
  failedAccounts: '以下账号读取失败，报表不含其投诉：',
  failedAccount: '读取失败的账号',
  filters: '筛选条件',
  colon: '：',
  phonesMasked: '电话号码与用户标识已打码。',
  phonesShown: '本报表含完整电话号码，请妥善保管。',
  provider: '渠道',
  account: '账号',
  id: '投诉单号',
  createdAt: '投诉时间',
  state: '状态',
  dueAt: '处理期限',
  subject: '投诉类型',
  phone: '电话',
  detail: '投诉内容',
  amount: '金额（元）',
  dueFor: '需完成',
  dueForWhat: { reply: '首次回复', resolution: '处理完成' },
  remaining: '剩余时间',
  remainingHours: '剩余（小时）',
  day: '日期',
  figure: '项目',
  value: '数值',
  all: '全部',
  sheets: { overview: '概览', daily: '每日', complaints: '明细', deadlines: '时限' },
  from: '开始时间',
  to: '结束时间',
  made: '生成时间',
  medianCloseHours: '处理用时中位数（小时）',
}

const en: ReportTexts = {
  htmlLang: 'en',
  title: 'Complaint report',
  range: (from, to) => `${from} to ${to}`,
  madeAt: (time) => `made ${time}`,
  beijingTime: 'all times are Beijing time',
  accounts: (count) => `${count} accounts`,
  figures: 'Overview',
  total: 'Complaints',
  totalHint: 'made in this range',
  pendingHint: (processing) => `and ${processing} processing`,
  overdue: 'Overdue',
  overdueHint: 'unresolved, deadline passed',
  dueSoon: 'Due within 24 hours',
  dueSoonHint: 'unresolved, deadline near',
  medianClose: 'Median time to close',
  medianCloseHint: (count) => `of ${count} that report when they were closed`,
  notTold: 'the providers report no closing time',
  lastDay: (day) => `Complaints on ${day}`,
  comparison: {
    more: (usual, days) => `more than usual (median of the ${days} days before: ${usual} a day)`,
    fewer: (usual, days) => `fewer than usual (median of the ${days} days before: ${usual} a day)`,
    usual: (usual, days) => `as usual (median of the ${days} days before: ${usual} a day)`,
  },
  noComparison: 'No comparison with usual days: the range has fewer than 8 full days; try --since 30d.',
  days: (days) => `${days} d`,
  hours: (hours) => `${hours} h`,
  minutes: (minutes) => `${minutes} min`,
  charts: 'Charts',
  perDay: 'Complaints a day',
  perWeek: 'Complaints a week',
  byState: 'States',
  bySubject: 'Top 8 subjects',
  byHour: 'Hours of the day',
  complaints: 'complaints',
  hourAxis: 'hour (0–23)',
  dayAxis: 'day',
  asText: 'Show the figures',
  others: 'others',
  noData: 'No data',
  noComplaints: 'There are no complaints in this range with these filters.',
  deadlines: 'Deadlines',
  deadlinesHint: 'unresolved complaints, the most urgent first',
  deadlinesCut: (shown, all) => `The ${shown} most urgent of ${all}; the others are in the table below, sorted by Due.`,
  noDeadlines: 'No unresolved complaint has a deadline.',
  late: (span) => `${span} late`,
  left: (span) => `${span} left`,
  lateUnknown: 'late (says the provider)',
  table: 'Complaints',
  tableCut: (shown, all) =>
    `The table has the newest ${shown} of ${all} complaints. Overview, charts and deadlines count all of them. For all rows, write a spreadsheet with the same options: npx unified-complaints report --output report.xlsx`,
  search: 'Search',
  searchHint: 'id, phone, subject, text…',
  allAccounts: 'All accounts',
  allProviders: 'All providers',
  allStates: 'All states',
  allDeadlines: 'All deadlines',
  rowsPerPage: 'Rows per page',
  reset: 'Clear filters',
  found: '{shown} of {all}',
  page: 'Page {page} of {pages} (rows {from}–{to})',
  previous: 'Previous',
  next: 'Next',
  nothingFound: 'No complaint matches.',
  sortBy: 'Sort by ',
  noScript: 'Scripts are off, so the table is not shown. The figures and deadlines above are complete.',
  failedAccounts: 'These accounts could not be read, and the report lacks their complaints:',
  failedAccount: 'Account that could not be read',
  filters: 'Filters',
  colon: ': ',
  phonesMasked: 'Phone numbers and openids are masked.',
  phonesShown: 'This report has complete phone numbers: keep it safe.',
  provider: 'Provider',
  account: 'Account',
  id: 'Id',
  createdAt: 'Created',
  state: 'State',
  dueAt: 'Due',
  subject: 'Subject',
  phone: 'Phone',
  detail: 'Detail',
  amount: 'Amount (yuan)',
  dueFor: 'Needed',
  dueForWhat: { reply: 'first reply', resolution: 'resolution' },
  remaining: 'Time left',
  remainingHours: 'Left (hours)',
  day: 'Day',
  figure: 'Figure',
  value: 'Value',
  all: 'All',
  sheets: { overview: 'Overview', daily: 'Daily', complaints: 'Complaints', deadlines: 'Deadlines' },
  from: 'From',
  to: 'To',
  made: 'Made at',
  medianCloseHours: 'Median time to close (hours)',
}

export const reportTexts: Readonly<Record<LabelLanguage, ReportTexts>> = { zh, en }

/** A span in the two largest units that matter: 2 days 3 hours, 5 hours 10 minutes. */
export function formatSpan(ms: number, texts: ReportTexts): string {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60]
  if (days > 0) return hours === 0 ? texts.days(days) : `${texts.days(days)} ${texts.hours(hours)}`
  if (hours > 0) return rest === 0 ? texts.hours(hours) : `${texts.hours(hours)} ${texts.minutes(rest)}`
  return texts.minutes(rest)
}
