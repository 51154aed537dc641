export type Language = 'zh' | 'en'

/** A text in both languages. */
export type Text = Readonly<Record<Language, string>>

/** `--lang`, else the POSIX locale variables in their order, else the host's locale. */
export function resolveLanguage(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const locale =
    option ?? (env.LC_ALL || env.LC_MESSAGES || env.LANG || new Intl.DateTimeFormat().resolvedOptions().locale)
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

/** The language of a command line that is not parsed yet: its help and its errors need it. */
export function languageOf(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Language {
  const index = argv.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const value = argv[index]?.startsWith('--lang=') ? argv[index]?.slice('--lang='.length) : argv[index + 1]
  return resolveLanguage(index === -1 || (value !== 'zh' && value !== 'en') ? undefined : value, env)
}
