/** What the commonest errors of configurations and queries mean in Chinese, by their English messages. */
const translations: readonly (readonly [pattern: RegExp, chinese: string])[] = [
  [/(\w+) holds the (?:\w+) itself, not a path: use (\w+)/, '$1 填的是内容本身而不是文件路径，请改用 $2，或存入文件'],
  [/(\w+) holds the (?:\w+) itself, not a path/, '$1 填的是内容本身而不是文件路径，请存入文件'],
  [/(\w+): the file cannot be read/, '$1 指定的文件无法读取；如果填的是内容本身，请改用对应的选项'],
  [/(\w+): (\S.*?) cannot be read \((\w+)\)/, '$1 指定的文件 $2 无法读取（$3）'],
  [/is not valid JSON: see line (\d+), column (\d+)/, '不是有效的 JSON，请查看第 $1 行第 $2 列'],
  [/^(\S+) cannot be read \((\w+)\)/, '文件 $1 无法读取（$2）'],
  [/the accounts file must be given by its path/, '请填写配置文件的路径，而不是文件内容'],
  [/entry (\d+) of accounts.*did you mean ([\w-]+)\?/, 'accounts 的第 $1 项 provider 有误，是否应为 $2？'],
  [/entry (\d+) of accounts.*must have a "provider"/, 'accounts 的第 $1 项缺少有效的 provider'],
  [/this account is configured twice/, '同一账号配置了两次，请给其中一个设置不同的 account'],
  [/looks like a key or token/, '账号名看起来是密钥或令牌，请改用可以公开显示的名称'],
  [/"([\w-]+)"(?: is not an option;| \()\s?did you mean (\w+)\?/, '没有选项 $1，是否应为 $2？'],
  [/unknown option "([\w-]+)"/, '没有选项 $1，请检查拼写'],
  [
    /(?:: |; |^)(\w+) is a (?:\w+ )?(key|certificate) where a ([\w ]+) belongs/,
    '$1 填错了类型：需要的密钥或证书与填写的不符',
  ],
  [/(\w+) is encrypted/, '$1 是加密的私钥，请先解密'],
  [/(\w+): is missing/, '缺少 $1'],
  [/apiV3Key must be exactly 32 bytes/, 'APIv3 密钥必须正好是 32 个字节'],
  [/set (privateKey), the merchant API private key/, '缺少 $1（商户 API 私钥）'],
  [/there is no way to verify responses/, '缺少验签所需的微信支付公钥和公钥 ID、APIv3 密钥或平台证书'],
  [/set (\w+) or (\w+), not both/, '$1 和 $2 只能填写一个'],
  [/(\w+) must be an https URL/, '$1 必须是 https 地址'],
  [/appId and clientId are swapped/, 'appId 和 clientId 填反了：appId 以 app 开头，clientId 以 xop 开头'],
  [/(from|to) (".*?") is not a date or instant/, '$1 的取值 $2 不是日期；日期请写成 2026-01-31 这样的形式'],
  [/(from|to) is outside the years/, '$1 的年份超出范围'],
  [/from \(.*\) must be before/, '起点必须早于终点'],
  [/(".*?"|\S+) is not configured; the configured accounts are (.*)/, '没有配置账号 $1，已配置的账号：$2'],
  [/(\w+): must be (?:text|a string)/, '$1 必须是文本'],
  [/(\w+): must be digits/, '$1 必须全部是数字'],
]

/** Null: the message is none of the commonest. */
export function translateError(message: string): string | null {
  const text = message.replace(/^\[[^\]]*\] /, '')
  for (const [pattern, chinese] of translations) {
    const match = pattern.exec(text)
    if (match !== null) return chinese.replace(/\$(\d)/g, (_, index: string) => match[Number(index)] ?? '')
  }
  return null
}
