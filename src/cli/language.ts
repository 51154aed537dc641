export type Language = 'zh' | 'en'

/** A text in both languages. */
export type Text = Readonly<Record<Language, string>>

/** `--lang`, else the locale as POSIX orders its variables, else what the host's own settings say. */
export function resolveLanguage(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const locale =
    option ?? (env.LC_ALL || env.LC_MESSAGES || env.LANG || new Intl.DateTimeFormat().resolvedOptions().locale)
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
