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
