import { expect, it } from 'vitest'
import { runScenario } from '../../support/troubled-server/scenario.js'
import { staticLists } from '../../support/troubled-server/table.js'

it.each(staticLists.map((scenario) => [`${scenario.name} (${scenario.provider})`, scenario] as const))(
  '%s',
  async (_, scenario) => {
    const { problems } = await runScenario(scenario)
    expect(problems).toEqual([])
  },
)
