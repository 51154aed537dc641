import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Complaint } from '../../../src/model.js'
import type { ReportOptions } from '../../../src/report/figures.js'
import { renderHtml } from '../../../src/report/html/page.js'
import { browserPath, startBrowser } from '../../support/browser.js'
import { hostileTexts, madeComplaint, madeFigures } from '../../support/report.js'

const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-report-'))
const bin = new URL('../../../dist/cli/main.js', import.meta.url).pathname
const states = ['pending', 'processing', 'resolved'] as const

/** Complaints of two accounts, the newest first. */
function complaints(count: number): Complaint[] {
  return Array.from({ length: count }, (_, index) =>
    madeComplaint({
      id: `${index % 2 === 0 ? 'c_' : '2002018'}${String(index).padStart(12, '0')}`,
      ...(index % 2 === 0 ? { provider: 'xiaoe', account: 'shop' } : { provider: 'wechatpay', account: '1900000001' }),
      state: states[index % 3] ?? 'pending',
      hoursAgo: 1 + index / 40,
      ...(index % 5 === 0 ? { dueInHours: index / 10 - 20 } : {}),
      subject: ['商家不发货', '重复扣费', '申请退款被拒绝'][index % 3] ?? '',
      detail: index % 7 === 0 ? `第 ${index} 条：${'说来话长，'.repeat(20)}` : `第 ${index} 条投诉内容`,
      phone: `138${String(index).padStart(8, '0')}`,
      fen: (index * 7919) % 100_000,
    }),
  )
}

describe.skipIf(browserPath === null)('a report in a browser (needs chromium)', () => {
  let browser: Browser
  let page: Page
  let problems: string[] = []

  const open = async (rows: readonly Complaint[], options: Partial<ReportOptions> = {}): Promise<Page> => {
    const path = join(folder, `${Math.random()}.html`)
    writeFileSync(path, renderHtml(madeFigures(rows, options)))
    return openFile(path)
  }
  const openFile = async (path: string): Promise<Page> => {
    problems = []
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('request', (request) => {
      if (!/^(?:file|data):/.test(request.url()) || request.isNavigationRequest() !== request.url().startsWith('file:'))
        problems.push(`request: ${request.url()}`)
    })
    await page.goto(pathToFileURL(path).href)
    return page
  }
  const found = (): Promise<string | null> => page.textContent('#found')
  const column = (index: number): Promise<string[]> => page.locator(`#rows td:nth-child(${index})`).allTextContents()

  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterEach(async () => {
    await page?.close()
    expect(problems).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  it('shows a page of rows, the newest first, and turns pages', async () => {
    await open(complaints(120))
    expect(await found()).toBe('120 / 120 条')
    expect(await page.locator('#rows tr').count()).toBe(50)
    expect(await page.textContent('#page')).toBe('第 1 / 3 页（第 1–50 条）')
    await page.click('#next')
    await page.click('#next')
    expect(await page.locator('#rows tr').count()).toBe(20)
    expect(await page.isDisabled('#next')).toBe(true)
    await page.selectOption('#size', '500')
    expect(await page.locator('#rows tr').count()).toBe(120)
  })

  it('works as it is shipped', async () => {
    const path = join(folder, 'shipped.html')
    await promisify(execFile)(process.execPath, [bin, 'demo', '--report', path, '--lang', 'zh'])
    await openFile(path)
    expect(await found()).toMatch(/^(\d+) \/ \1 条$/)
    expect(await page.locator('#rows tr').count()).toBe(50)
    expect(await page.title()).toMatch(/^投诉报表 /)
  })

  it('searches every word in id, phone, subject and text', async () => {
    await open(complaints(120))
    await page.fill('#search', '重复扣费 第 64')
    expect(await found()).toBe('1 / 120 条')
    expect(await column(2)).toEqual(['c_000000000064'])
    await page.fill('#search', 'C_000000000064')
    expect(await found()).toBe('1 / 120 条')
    await page.fill('#search', '没有这样的投诉')
    expect(await page.isVisible('#nothing')).toBe(true)
    await page.click('#reset')
    expect(await found()).toBe('120 / 120 条')
  })

  it('filters by provider, account, state and deadline', async () => {
    await open(complaints(120))
    await page.selectOption('#provider', '微信支付')
    expect(await found()).toBe('60 / 120 条')
    await page.selectOption('#state', { label: '处理完成' })
    expect(await found()).toBe('20 / 120 条')
    expect(new Set(await column(4))).toEqual(new Set(['处理完成']))
    await page.selectOption('#account', { label: '小鹅通 shop' })
    expect(await found()).toBe('0 / 120 条')
    await page.click('#reset')
    await page.selectOption('#urgency', { label: '已超时' })
    const overdue = Number(/^\d+/.exec((await found()) ?? '')?.[0])
    expect(String(overdue)).toBe(await page.locator('.card.late .big').first().textContent())
  })

  it('sorts by every column in both directions, and says so', async () => {
    await open(complaints(40))
    const headings = page.locator('#table th button')
    expect(await headings.count()).toBe(9)
    for (let index = 0; index < 9; index += 1) {
      await headings.nth(index).click()
      const heading = page.locator('#table th').nth(index)
      // The time of a complaint begins with the newest, everything else with the smallest.
      const directions = index === 2 ? ['descending', 'ascending'] : ['ascending', 'descending']
      expect(await heading.getAttribute('aria-sort')).toBe(directions[0])
      const up = await column(index + 1)
      await headings.nth(index).click()
      expect(await heading.getAttribute('aria-sort')).toBe(directions[1])
      const filled = (cells: string[]): string[] => cells.filter((cell) => cell !== '')
      expect(filled(up)[0]).not.toBe(filled(await column(index + 1))[0])
      expect(await page.locator('#table th[aria-sort]').count()).toBe(1)
    }
    await headings.nth(7).click()
    const amounts = (await column(8)).map(Number)
    expect(amounts).toEqual(amounts.toSorted((one, other) => one - other))
  })

  it('searches and sorts by merchant where complaints are about the merchants of a service provider', async () => {
    await open(complaints(40).map((row, index) => ({ ...row, merchantId: `16000000${index % 4}0` }) as Complaint))
    await page.fill('#search', '1600000030')
    expect(await found()).toBe('10 / 40 条')
    expect(new Set(await column(2))).toEqual(new Set(['1600000030']))
    await page.click('#reset')
    expect(await page.locator('#table th').nth(3).getAttribute('aria-sort')).toBe('descending')
    await page.locator('#table th button').nth(1).click()
    const merchants = await column(2)
    expect(merchants).toEqual(merchants.toSorted())
  })

  it.each(['zh', 'en'] as const)(
    'shows the text of complaints without scrolling sideways, also at 1200 pixels (%s)',
    async (language) => {
      const rows = complaints(60).map(
        (row) => ({ ...row, id: `${row.id}00000000`, merchantId: '160000000012' }) as Complaint,
      )
      await open(rows, { language })
      await page.setViewportSize({ width: 1200, height: 800 })
      const hidden = `[...document.querySelectorAll('.panel > .scroll')].map((part) => part.scrollWidth - part.clientWidth)`
      expect(await page.evaluate(hidden)).toEqual([0, 0, 0, 0])
    },
  )

  it('works by keyboard alone, with a visible focus', async () => {
    await open(complaints(120))
    await page.focus('#search')
    await page.keyboard.type('第 7')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.id')).toBe('provider')
    await page.locator('#table th button').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('#table th').first().getAttribute('aria-sort')).toBe('ascending')
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    expect(outline).toBe('solid')
    await page.locator('#rows summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('#rows details[open]').count()).toBe(1)
  })

  it('shows hostile texts as text: nothing runs, nothing is loaded', async () => {
    await open(
      hostileTexts.map((text, index) =>
        madeComplaint({ id: `${index}${text}`, subject: text, detail: text, phone: text, dueInHours: index }),
      ),
    )
    expect(await found()).toBe(`${hostileTexts.length} / ${hostileTexts.length} 条`)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await page.locator('#rows img, #rows script, #rows svg, main img').count()).toBe(0)
    for (const text of hostileTexts.slice(0, 6)) expect(await column(9)).toContain(text)
  })

  it('its policy stops a script that is put into it', async () => {
    await open(complaints(1))
    await page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.hacked = 1' }))",
    )
    await page.evaluate("new Image().src = 'http://127.0.0.1:9/'")
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    // The browser announces a request that it then does not send.
    const refused = problems.filter((problem) => /Content Security Policy/.test(problem))
    expect(refused.map((problem) => /inline script|loading the image/i.exec(problem)?.[0].toLowerCase())).toEqual([
      'inline script',
      'loading the image',
    ])
    problems = []
  })

  it('stays fluid with 10,000 rows', async () => {
    await open(complaints(10_000))
    expect(await found()).toBe('10,000 / 10,000 条')
    const took = await page.evaluate(`(() => {
      const begin = performance.now()
      document.querySelectorAll('#table th button')[8].click()
      const sorted = performance.now()
      const search = document.getElementById('search')
      search.value = '第 77'
      search.dispatchEvent(new Event('input'))
      return [sorted - begin, performance.now() - sorted]
    })()`)
    expect(Math.max(...(took as number[]))).toBeLessThan(1_000)
    expect(await page.locator('tr').count()).toBeLessThan(400)
  })

  it.each([
    ['zh', 'light', 1280],
    ['zh', 'dark', 390],
    ['en', 'dark', 1280],
    ['en', 'light', 390],
  ] as const)(
    'has readable colours and does not scroll sideways (%s, %s, %i pixels)',
    async (language, colorScheme, width) => {
      await open(complaints(60), { language })
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      expect(await page.evaluate(lowContrast)).toEqual([])
    },
  )

  it('prints without controls, with the figures', async () => {
    await open(complaints(60))
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.isVisible('.controls')).toBe(false)
    expect(await page.isVisible('.cards')).toBe(true)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
  })
})

/** Texts whose contrast to what is behind them is below 4.5, as WCAG asks for. Runs in the page. */
const lowContrast = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number)
  const luminance = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0)
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor)
      if (color.length === 3 || color[3] === 1) return color
    }
    return [255, 255, 255]
  }
  return [...document.querySelectorAll('h1, h2, h3, p, dt, dd, th, td, span, li, summary, label, button:enabled, svg text')]
    .filter((element) => element.textContent.trim() !== '' && element.getClientRects().length > 0)
    .flatMap((element) => {
      const style = getComputedStyle(element)
      const color = parse(element instanceof SVGElement ? style.fill : style.color)
      const [one, other] = [luminance(color), luminance(behind(element))].sort((a, b) => b - a)
      const ratio = (one + 0.05) / (other + 0.05)
      return ratio < 4.5 ? [element.tagName + ' ' + element.textContent.trim().slice(0, 20) + ' ' + ratio.toFixed(2)] : []
    })
})()`
