import { afterEach, expect, it, vi } from 'vitest'
import { type PageData, type PageRow, runPage } from '../../../../src/report/html/page-script.js'

afterEach(() => vi.unstubAllGlobals())

interface FakeElement {
  textContent: string
  value: string
  children: FakeElement[]
}

/** As much of a document as the script uses. */
function fakeDocument(data: PageData): { get(id: string): FakeElement } {
  const create = (): FakeElement => {
    const element = {
      textContent: '',
      value: '',
      hidden: false,
      disabled: false,
      className: '',
      dataset: {},
      children: [] as FakeElement[],
      append: (...nodes: FakeElement[]) => void element.children.push(...nodes),
      replaceChildren: (...nodes: FakeElement[]) => {
        element.children = nodes
      },
      setAttribute: () => {},
      removeAttribute: () => {},
      addEventListener: () => {},
      querySelectorAll: () => [],
      scrollIntoView: () => {},
    }
    return element
  }
  const elements = new Map<string, FakeElement>()
  const get = (id: string): FakeElement => {
    const element = elements.get(id) ?? create()
    elements.set(id, element)
    return element
  }
  get('data').textContent = JSON.stringify(data)
  get('size').value = '50'
  vi.stubGlobal('document', { getElementById: get, createElement: create })
  return { get }
}

it('amounts have each of their digits, also those that a division by 100 rounds', () => {
  const amounts = [9_007_199_254_740_991, 123_405, 100, 5, 0, -5, null]
  const document = fakeDocument({
    rows: amounts.map((fen, index): PageRow => [0, String(index), -index, 0, null, 0, '', '', '', fen, '']),
    hasMerchants: false,
    accounts: ['shop'],
    providers: ['xiaoe'],
    states: ['pending'],
    stateClasses: [''],
    texts: { found: '{shown} of {all}', page: '{page}' },
    language: 'en',
  })
  runPage()
  const shown = document.get('rows').children.map(({ children }) => children[7]?.textContent)
  expect(shown).toEqual(['90071992547409.91', '1234.05', '1.00', '0.05', '0.00', '-0.05', ''])
})
