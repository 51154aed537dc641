import { expect, it } from 'vitest'
import { translateError } from '../../../src/cli/error-translations.js'

it.each([
  [
    '[wechatpay 1] privateKeyFile holds the key itself, not a path: use privateKey, or write it to a file',
    'privateKeyFile 填的是内容本身而不是文件路径，请改用 privateKey，或存入文件',
  ],
  [
    '[wechatpay 1] privateKeyFile: /a/key.pem cannot be read (ENOENT)',
    'privateKeyFile 指定的文件 /a/key.pem 无法读取（ENOENT）',
  ],
  ['/a/accounts.json is not valid JSON: see line 3, column 5', '不是有效的 JSON，请查看第 3 行第 5 列'],
  [
    '[xiaoe a] xiaoe(): unknown option "secretkey" (did you mean secretKey?); check its spelling',
    '没有选项 secretkey，是否应为 secretKey？',
  ],
  ['list(): unknown option "every"; check its spelling', '没有选项 every，请检查拼写'],
  [
    '[wechatpay 1] privateKey is a public key where a private key belongs',
    'privateKey 填错了类型：需要的密钥或证书与填写的不符',
  ],
  [
    'from "foo" is not a date or instant; use yyyy-MM-dd',
    'from 的取值 "foo" 不是日期；日期请写成 2026-01-31 这样的形式',
  ],
  [
    'accounts: "c" is not configured; the configured accounts are wechatpay:a',
    '没有配置账号 "c"，已配置的账号：wechatpay:a',
  ],
  ['the provider said something else', null],
])('%s', (message, chinese) => expect(translateError(message)).toBe(chinese))
