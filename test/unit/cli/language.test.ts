import { describe, expect, it } from 'vitest'
import { resolveLanguage } from '../../../src/cli/language.js'

describe('the language', () => {
  it.each([
    ['zh', {}, 'zh'],
    [undefined, { LC_ALL: 'zh_CN.UTF-8', LANG: 'en_US' }, 'zh'],
    [undefined, { LC_ALL: '', LC_MESSAGES: 'en_GB', LANG: 'zh_CN' }, 'en'],
    [undefined, { LANG: 'zh_TW.UTF-8' }, 'zh'],
    [undefined, { LANG: 'C' }, 'en'],
    ['en', { LANG: 'zh_CN' }, 'en'],
  ] as const)('of %j and %j is %s', (given, env, language) => {
    expect(resolveLanguage(given, env)).toBe(language)
  })
})
