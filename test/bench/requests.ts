import { piecedLists, runPieces } from '../support/troubled-server/pieced-lists.js'
import { type Result, runScenario } from '../support/troubled-server/scenario.js'
import { staticLists, tiedLists, troubledLists } from '../support/troubled-server/table.js'

type Line = Pick<Result, 'pages' | 'requests' | 'problems'> & { rows: number }

/** Prints a line for each list whose name contains `filter`; L3 is one line a provider. */
export async function printRequests(filter: string): Promise<void> {
  print('scenario', 'rows', 'pages', 'requests', 'ratio', 'verdict')
  const line = async (name: string, run: () => Promise<Line>): Promise<void> => {
    if (!name.includes(filter)) return
    const { rows, pages, requests, problems } = await run()
    const verdict = problems.length === 0 ? 'ok' : problems.join('; ')
    print(name, `${rows}`, `${pages}`, `${requests}`, (requests / pages).toFixed(2), verdict)
  }
  for (const scenario of [...staticLists, ...troubledLists]) {
    await line(`${scenario.name} (${scenario.provider})`, async () => ({
      ...(await runScenario(scenario)),
      rows: scenario.rows.length,
    }))
  }
  for (const provider of ['wechatpay', 'xiaoe'] as const) {
    await line(`L3 ties in 60 lists (${provider})`, () => runAll(provider))
  }
  for (const pieced of piecedLists) await line(pieced.name, () => runPieces(pieced))
}

async function runAll(provider: 'wechatpay' | 'xiaoe'): Promise<Line> {
  const sum = { rows: 0, pages: 0, requests: 0, problems: [] as string[] }
  for (const scenario of tiedLists(provider)) {
    const { pages, requests, problems } = await runScenario(scenario)
    sum.rows += scenario.rows.length
    sum.pages += pages
    sum.requests += requests
    if (problems.length > 0) sum.problems.push(`${scenario.rows.length}: ${problems.join(', ')}`)
  }
  return sum
}

function print(name: string, ...cells: string[]): void {
  const verdict = cells.pop() ?? ''
  console.log(`${name.padEnd(78)}${cells.map((cell) => cell.padStart(9)).join('')}  ${verdict}`)
}
