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

  const groups = (['wechatpay', 'xiaoe'] as const).flatMap((provider) => {
    const lists = tiedLists(provider)
    return Array.from({ length: lists.length / 10 }, (_, group) => {
      const first = group * 10
      return [`${first + 1} to ${first + 10} of ${lists.length}`, provider, lists.slice(first, first + 10)] as const
    })
  })

  it.each(groups)('L3 ties: lists %s are complete (%s)', async (_, __, lists) => {
    const failing: string[] = []
    for (const scenario of lists) {
      const { problems } = await runScenario(scenario)
      if (problems.length > 0) failing.push(`${scenario.name}: ${problems.join('; ')}`)
    }
    expect(failing).toEqual([])
  })
})
