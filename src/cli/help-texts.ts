import { configSources } from '../providers/config-sources.js'
import { exitCodes } from './exit-codes.js'
import type { Language, Text } from './language.js'

/** Descriptions of commands and options in `--help`. */
export const helpTexts = {
  program: {
    zh: '把慧收钱、微信支付、小鹅通、支付宝的商户投诉合并成一个列表',
    en: 'Merchant complaints (投诉) of Huishouqian, WeChat Pay, Xiaoe-tech and Alipay as one list',
  },
  version: { zh: '显示版本号', en: 'output the version number' },
  help: { zh: '显示帮助', en: 'display help for command' },
  list: { zh: '按投诉时间列出投诉', en: 'list complaints by creation time' },
  follow: {
    zh: '持续输出新投诉、有变化的投诉和临近期限的投诉',
    en: 'print new complaints, changed ones and those that are due, until it is stopped',
  },
  get: { zh: '输出一条投诉的当前状态', en: 'print the current state of one complaint' },
  history: { zh: '输出一条投诉的协商历史', en: 'print the negotiation history of a complaint' },
  media: { zh: '下载投诉的图片或文件', en: 'download an image or file of a complaint' },
  accounts: { zh: '列出已配置的账号，不发送请求', en: 'print the configured accounts; sends no request' },
  doctor: {
    zh: '检查每个账号：密钥、证书、本机时钟、一次签名请求',
    en: "check each account: keys, certificates, this host's clock, one signed request",
  },
  sandbox: {
    zh: '在本机启动模拟各渠道的服务器，并输出所需的环境变量',
    en: 'start local servers that behave like the providers, and print the variables that configure them',
  },
  demo: {
    zh: '列出本机模拟服务器上的投诉，无需配置',
    en: 'list complaints of local servers; needs no configuration',
  },
  config: { zh: '账号配置：JSON 文件或模块', en: 'accounts: a JSON file or a module' },
  since: {
    zh: '昨天（yesterday）、今天（today），或从现在起往前多久：24h、7d、2w、1m（默认 30d）',
    en: 'yesterday, today, or how far back from now: 24h, 7d, 2w, 1m (default: 30d)',
  },
  from: {
    zh: '起点：北京时间的日期（2026-11-01、2026/11/01、昨天），或带时区偏移的 ISO 8601 时间',
    en: 'start: a day in Beijing time (2026-11-01, 2026/11/01, yesterday), or an ISO 8601 time with an offset',
  },
  to: {
    zh: '终点：北京时间的最后一天，或带时区偏移的 ISO 8601 时间（默认为现在）',
    en: 'end: the last day in Beijing time, or an ISO 8601 time with an offset (default: now)',
  },
  state: {
    zh: '只列出这些状态：pending 待处理、processing 处理中、resolved 处理完成、unknown 未知',
    en: 'only complaints in these states: pending, processing, resolved, unknown',
  },
  channel: {
    zh: '只列出这些支付渠道的投诉：wechatpay 微信支付、alipay 支付宝、shop 店铺、platform 平台、unknown 未知',
    en: 'only complaints made through these channels: wechatpay, alipay, shop, platform, unknown',
  },
  provider: { zh: '只读取这些渠道的账号', en: 'only accounts of these providers' },
  account: { zh: '只读取这些账号：账号名或 provider:account', en: 'only these accounts: account or provider:account' },
  merchant: { zh: '只列出该商户或子商户的投诉', en: 'only complaints about this merchant or sub-merchant' },
  merchantOrderNo: { zh: '只列出该商户订单号的投诉', en: 'only complaints about this merchant order' },
  overdue: { zh: '只列出已过期限而未处理完成的投诉', en: 'only unresolved complaints whose deadline has passed' },
  noOverdue: { zh: '不列出已过期限的投诉', en: 'leave out complaints whose deadline has passed' },
  dueWithin: {
    zh: '只列出未处理完成、且在此时间内到期或已过期限的投诉：6h、2d',
    en: 'only unresolved complaints due within this time, or late already: 6h, 2d',
  },
  order: {
    zh: '排列顺序；arrival 表示按渠道应答的先后（默认：表格为 newest，其他为 arrival）',
    en: 'order of the rows; arrival: as the providers respond (default: newest for tables, else arrival)',
  },
  limit: { zh: '最多多少条', en: 'maximum number of rows' },
  cursor: {
    zh: '从上次列表结束的位置继续；--output 必须是新文件',
    en: 'resume where an earlier list ended; --output must be a new file',
  },
  keepGoing: {
    zh: '某个账号配置有误或读取失败时，继续读取其他账号',
    en: 'if an account is misconfigured or fails, list the others',
  },
  format: { zh: '输出格式（默认 table）', en: 'output format (default: table)' },
  doctorProvider: { zh: '只检查这些渠道的账号', en: 'only accounts of these providers' },
  onlyProblems: { zh: '只显示错误和警告', en: 'print errors and warnings only' },
  doctorFormat: { zh: '输出格式', en: 'output format' },
  output: {
    zh: '写入文件，要么完整写入，要么不写；由 .csv、.xlsx、.json 或 .ndjson 决定格式',
    en: 'write a file, whole or not at all; .csv, .xlsx, .json or .ndjson chooses the format',
  },
  bom: {
    zh: 'CSV 带字节顺序标记，供 Excel 识别编码（--output 自带）',
    en: 'CSV begins with a byte order mark, as Excel needs it (--output has it)',
  },
  excel: {
    zh: 'CSV 把长数字写成 ="…"，让 Excel 按文本保留',
    en: 'CSV writes long numbers as ="…", which Excel keeps as text',
  },
  showPhones: { zh: '手机号和 openid 不打码', en: 'do not mask phone numbers and openids' },
  lang: { zh: '语言（默认跟随系统区域设置）', en: 'language of headings and advice (default: the locale)' },
  demoLang: {
    zh: '表头和合计的语言（默认表头为双语）',
    en: 'language of headings and totals (default: headings in both)',
  },
  report: {
    zh: '生成投诉报表：概览、图表、处理时限和明细',
    en: 'write a report of the complaints: figures, charts, deadlines and a table',
  },
  reportOutput: {
    zh: '.html 或 .xlsx 文件（默认 complaints-report.html）',
    en: 'a .html or .xlsx file (default: complaints-report.html)',
  },
  reportLang: { zh: '报表的语言（默认跟随系统区域设置）', en: 'language of the report (default: the locale)' },
  demoReport: {
    zh: '改为生成示例报表：.html 或 .xlsx（默认 complaints-report.html）',
    en: 'write a sample report instead: .html or .xlsx (default: complaints-report.html)',
  },
  every: {
    zh: '每隔多久读取一次今天和昨天的投诉：30s、1m、1h（默认 1m）；更早的投诉每 15 分钟读取一次',
    en: 'how often the complaints of today and yesterday are read: 30s, 1m, 1h (default: 1m); older ones every 15 minutes',
  },
  stateFile: {
    zh: '记录已输出内容的 JSON 文件（默认 complaints.state.json），供一个进程使用',
    en: 'JSON file that keeps what was printed, for one process (default: complaints.state.json)',
  },
  followDueWithin: {
    zh: '未处理完成的投诉在此时间内到期时也输出一次：6h、2d',
    en: 'also print, once, an unresolved complaint that is due within this time: 6h, 2d',
  },
  followFrom: {
    zh: '首次运行从哪里开始：now、today、日期或带时区偏移的时间（默认 30 天前）',
    en: 'where the first run begins: now, today, a day, or a time with an offset (default: 30 days ago)',
  },
  once: { zh: '只读取一轮然后结束，适用于 cron', en: 'read one pass and end, for cron' },
  exec: {
    zh: '对每条变化执行该命令，从标准输入传入 JSON；命令失败时，这条变化会再次传入',
    en: 'run this command for each change, with its JSON on standard input; a change whose command fails comes again',
  },
  followFormat: {
    zh: '输出格式（终端中默认 table，其他情况默认 ndjson）',
    en: 'output format (default: table on a terminal, else ndjson)',
  },
  mediaOutput: { zh: '写入新文件（默认为标准输出）', en: 'a new file (default: stdout)' },
  seed: { zh: '相同的种子生成相同的投诉', en: 'the same seed makes the same complaints' },
  signType: { zh: '慧收钱的加密方式', en: 'signature type of Huishouqian' },
  arrivals: {
    zh: '每隔这么久新增一条投诉，或改变一条投诉的状态：30s',
    en: 'so often, add a complaint or change the state of one: 30s',
  },
  shell: { zh: '环境变量的书写格式', en: 'syntax of the variables' },
  sandboxOutput: {
    zh: '把环境变量写入该文件（默认为标准输出）',
    en: 'write the variables to this file (default: stdout)',
  },
} as const

/** The description of `sandbox --complaints`. */
export function complaintCountText(max: number): Text {
  return {
    zh: `每个渠道的投诉数，最多 ${max}（默认 60）`,
    en: `complaints of each provider, at most ${max} (default: 60)`,
  }
}

const exitCodeTexts: readonly (readonly [code: number, text: Text])[] = [
  [exitCodes.done, { zh: '完成', en: 'done' }],
  [
    exitCodes.failed,
    {
      zh: '某次调用失败、输出无法写入，或 doctor 发现错误；此前输出的内容正确',
      en: 'a call failed, the output could not be written, or doctor found an error; rows printed before are right',
    },
  ],
  [
    exitCodes.usage,
    {
      zh: '命令行或配置有误；没有向渠道发送请求',
      en: 'the command line or the configuration is wrong; no request was sent to a provider',
    },
  ],
  [exitCodes.notFound, { zh: '渠道查不到这条投诉', en: 'the provider has no such complaint' }],
  [
    exitCodes.interrupted,
    { zh: '被 Ctrl-C 终止（list 会输出继续的方法）', en: 'stopped by Ctrl-C (list prints how to resume)' },
  ],
  [exitCodes.terminated, { zh: '被 SIGTERM 终止', en: 'stopped by SIGTERM' }],
  [exitCodes.hungUp, { zh: '因终端关闭而终止', en: 'stopped because the terminal was closed' }],
]

const footerTexts = {
  exitCodes: { zh: '退出码：', en: 'Exit codes:' },
  accounts: {
    zh: '账号来自 --config 指定的文件（JSON，或导出同样对象的模块），或以下环境变量：',
    en: 'Accounts come from --config (a JSON file, or a module that exports the same object), or from these variables:',
  },
  secrets: {
    zh: '机密一律不作为命令行选项，因为同一主机上的其他用户能看到命令行。',
    en: 'Secrets are never command-line options, because other users of this host could read them.',
  },
} as const

/** The end of the program's help: exit codes and variables. */
export function helpFooter(language: Language): string {
  return [
    '',
    footerTexts.exitCodes[language],
    ...exitCodeTexts.map(([code, text]) => `  ${String(code).padEnd(3)}  ${text[language]}`),
    '',
    footerTexts.accounts[language],
    ...variables().map(({ name, meaning }) => `  ${name.padEnd(40)} ${meaning[language]}`),
    footerTexts.secrets[language],
  ].join('\n')
}

/** Once each: providers may share their variables. */
function variables(): { readonly name: string; readonly meaning: Text }[] {
  const all = Object.values(configSources).flatMap(({ variables, choice }) => [
    ...variables,
    ...(choice === undefined ? [] : [{ name: choice.variable, meaning: choice.meaning }]),
  ])
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index)
}

/** What an error of the command line means, by commander's codes. */
const usageErrors: Readonly<Record<string, string>> = {
  'commander.unknownCommand': '没有这个命令',
  'commander.unknownOption': '没有这个选项',
  'commander.excessArguments': '参数过多',
  'commander.missingArgument': '缺少参数',
  'commander.optionMissingArgument': '选项缺少取值',
  'commander.missingMandatoryOptionValue': '缺少必需的选项',
  'commander.invalidArgument': '选项或参数的取值不对',
  'commander.conflictingOption': '选项不能同时使用',
}

export function usageErrorText(code: string): string {
  return usageErrors[code] ?? '命令行有误'
}

/** The words of commander's help, in Chinese. */
export const helpWords: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
}
