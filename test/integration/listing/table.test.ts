import { describe, expect, it } from 'vitest'
import { runScenario } from '../../support/troubled-server/scenario.js'
import { tiedLists, troubledLists } from '../../support/troubled-server/table.js'

describe('a list ends without an error only when it is complete', () => {
  it.each(troubledLists.map((scenario) => [`${scenario.name} (${scenario.provider})`, scenario] as const))(
    '%s',
    async (_, scenario) => {
      const { problems } = await runScenario(scenario)
      expect(problems).toEqual([])
    },
  )

  it.each(['wechatpay', 'xiaoe'] as const)('L3 ties: 60 of 60 lists are complete (%s)', async (provider) => {
    const failing: string[] = []
    for (const scenario of tiedLists(provider)) {
      const { problems } = await runScenario(scenario)
      if (problems.length > 0) failing.push(`${scenario.name}: ${problems.join('; ')}`)
    }
    expect(failing).toEqual([])
  })
})
