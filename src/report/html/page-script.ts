/** The parts of the browser's DOM that the script uses: the library is compiled without the types of browsers. */
interface PageElement {
  textContent: string | null
  value: string
  hidden: boolean
  disabled: boolean
  className: string
  readonly dataset: Record<string, string | undefined>
  append(...nodes: (PageElement | string)[]): void
  replaceChildren(...nodes: PageElement[]): void
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
  addEventListener(type: string, listener: () => void): void
  querySelectorAll(selector: string): Iterable<PageElement>
  scrollIntoView(options: { block: string }): void
}
declare const document: {
  getElementById(id: string): PageElement | null
  createElement(name: string): PageElement
}

/** A row of the table: the texts of its cells, and what they are sorted by. */
export type PageRow = readonly [
  account: number,
  id: string,
  createdAt: number,
  state: number,
  dueAt: number | null,
  /** 0: no deadline near; 1: due within a day; 2: overdue. */
  urgency: number,
  subject: string,
  phone: string,
  detail: string,
  amountFen: number | null,
  merchant: string,
]

export interface PageData {
  readonly rows: readonly PageRow[]
  /** The table has a column of merchants. */
  readonly hasMerchants: boolean
  /** Names of accounts, of their providers, and of states. */
  readonly accounts: readonly string[]
  readonly providers: readonly string[]
  readonly states: readonly string[]
  /** Classes of states. */
  readonly stateClasses: readonly string[]
  readonly texts: { readonly found: string; readonly page: string }
  readonly language: string
}

/**
 * Runs in the browser: its text becomes the script of the page, so it uses nothing outside itself. Texts of complaints
 * are set as `textContent` only.
 */
export function runPage(): void {
  const element = (id: string): PageElement => {
    const found = document.getElementById(id)
    if (found === null) throw new Error(`no element ${id}`)
    return found
  }
  const data: PageData = JSON.parse(element('data').textContent ?? '')
  const collator = new Intl.Collator(data.language, { numeric: true })
  const number = new Intl.NumberFormat(data.language)
  // The time zone is fixed: the reader's own does not matter.
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })
  const haystacks = data.rows.map(([account, id, , , , , subject, phone, detail, , merchant]) =>
    [id, merchant, subject, phone, detail, data.accounts[account]].join('\n').toLowerCase(),
  )
  const [search, account, provider, state, urgency, size] = [
    'search',
    'account',
    'provider',
    'state',
    'urgency',
    'size',
  ].map(element) as [PageElement, PageElement, PageElement, PageElement, PageElement, PageElement]
  const body = element('rows')
  const headings = [...element('table').querySelectorAll('th')]
  /** New complaints come first; every other column begins with its smallest value. */
  const createdColumn = data.hasMerchants ? 3 : 2
  let selected: number[] = []
  let page = 0
  let sortColumn = createdColumn
  let isAscending = false

  /** What a row is sorted by; the numbers are those of the columns. */
  const sortKey = (row: PageRow, column: number): string | number | null => {
    const merchant = data.hasMerchants ? [row[10]] : []
    const account = data.accounts[row[0]] ?? ''
    const keys = [account, ...merchant, row[1], row[2], row[3], row[4], row[6], row[7], row[9], row[8]]
    return keys[column] ?? null
  }

  const compare = (one: string | number, other: string | number): number =>
    typeof one === 'number' && typeof other === 'number' ? one - other : collator.compare(String(one), String(other))

  const select = (): void => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
    const matches = (index: number): boolean => {
      const row = data.rows[index]
      if (row === undefined) return false
      if (account.value !== '' && row[0] !== Number(account.value)) return false
      if (provider.value !== '' && data.providers[row[0]] !== provider.value) return false
      if (state.value !== '' && row[3] !== Number(state.value)) return false
      if (urgency.value !== '' && row[5] !== Number(urgency.value)) return false
      return words.every((word) => haystacks[index]?.includes(word) === true)
    }
    const keyed = data.rows.flatMap((row, index) => (matches(index) ? [{ index, key: sortKey(row, sortColumn) }] : []))
    // Rows without a value come last in either direction.
    keyed.sort((one, other) =>
      one.key === null || one.key === '' || other.key === null || other.key === ''
        ? Number(one.key === null || one.key === '') - Number(other.key === null || other.key === '')
        : compare(one.key, other.key) * (isAscending ? 1 : -1),
    )
    selected = keyed.map(({ index }) => index)
    page = 0
    show()
  }

  const cell = (text: string, className = ''): PageElement => {
    const made = document.createElement('td')
    made.textContent = text
    if (className !== '') made.className = className
    return made
  }

  /** A long text is folded; `details` opens by mouse and by keyboard. */
  const textCell = (text: string): PageElement => {
    if (text.length <= 60) return cell(text, 'text')
    const made = cell('', 'text')
    const details = document.createElement('details')
    const summary = document.createElement('summary')
    const whole = document.createElement('p')
    summary.textContent = `${text.slice(0, 56)}…`
    whole.textContent = text
    details.append(summary, whole)
    made.append(details)
    return made
  }

  /** The provider above its account. */
  const accountCell = (index: number): PageElement => {
    const made = document.createElement('td')
    const name = document.createElement('span')
    const provider = data.providers[index] ?? ''
    name.className = 'soft'
    name.textContent = (data.accounts[index] ?? '').slice(provider.length + 1)
    made.append(provider, document.createElement('br'), name)
    return made
  }

  const time = (ms: number | null): string => (ms === null ? '' : clock.format(ms))

  /** By its digits: a division rounds large amounts. */
  const yuan = (fen: number): string => {
    const digits = String(Math.abs(fen)).padStart(3, '0')
    return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
  }

  const showRow = (index: number): PageElement => {
    const line = document.createElement('tr')
    const row = data.rows[index]
    if (row === undefined) return line
    const [accountIndex, id, createdAt, stateIndex, dueAt, urgent, subject, phone, detail, fen, merchant] = row
    const stateCell = document.createElement('td')
    const badge = document.createElement('span')
    badge.className = `badge ${data.stateClasses[stateIndex] ?? ''}`
    badge.textContent = data.states[stateIndex] ?? ''
    stateCell.append(badge)
    line.append(
      accountCell(accountIndex),
      ...(data.hasMerchants ? [cell(merchant, 'id merchant')] : []),
      cell(id, 'id'),
      cell(time(createdAt), 'time'),
      stateCell,
      cell(time(dueAt), `time ${['', 'soon', 'late'][urgent] ?? ''}`),
      cell(subject, 'words'),
      cell(phone, 'time'),
      cell(fen === null ? '' : yuan(fen), 'number'),
      textCell(detail),
    )
    return line
  }

  const fill = (template: string, values: Record<string, number>): string =>
    template.replace(/\{(\w+)\}/g, (_, name: string) => number.format(values[name] ?? 0))

  const show = (): void => {
    const pageSize = Number(size.value)
    const pages = Math.max(1, Math.ceil(selected.length / pageSize))
    page = Math.min(Math.max(page, 0), pages - 1)
    const start = page * pageSize
    const shown = selected.slice(start, start + pageSize)
    body.replaceChildren(...shown.map(showRow))
    element('found').textContent = fill(data.texts.found, { shown: selected.length, all: data.rows.length })
    element('page').textContent = fill(data.texts.page, {
      page: page + 1,
      pages,
      from: shown.length === 0 ? 0 : start + 1,
      to: start + shown.length,
    })
    element('previous').disabled = page === 0
    element('next').disabled = page >= pages - 1
    element('nothing').hidden = shown.length > 0
    for (const [column, heading] of headings.entries()) {
      if (column === sortColumn) heading.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending')
      else heading.removeAttribute('aria-sort')
    }
  }

  const turn = (pages: number): void => {
    page += pages
    show()
    element('complaints').scrollIntoView({ block: 'start' })
  }

  for (const filter of [account, provider, state, urgency]) filter.addEventListener('change', select)
  search.addEventListener('input', select)
  size.addEventListener('change', () => {
    page = 0
    show()
  })
  element('previous').addEventListener('click', () => turn(-1))
  element('next').addEventListener('click', () => turn(1))
  element('reset').addEventListener('click', () => {
    for (const filter of [search, account, provider, state, urgency]) filter.value = ''
    select()
  })
  for (const [column, heading] of headings.entries()) {
    for (const button of heading.querySelectorAll('button')) {
      button.addEventListener('click', () => {
        isAscending = column === sortColumn ? !isAscending : column !== createdColumn
        sortColumn = column
        select()
      })
    }
  }
  select()
}
