import { expect, it } from 'vitest'
import { formatError } from '../../../src/cli/format-error.js'
import { ApiError, ConfigError } from '../../../src/index.js'

it('control characters in a request id do not reach the terminal', () => {
  expect(formatError(new ApiError('refused', { requestId: 'r\u009b2J1' }), 'en')).toBe('refused (request id r 2J1)')
})

it('in Chinese the meaning of the code stands before the original, on one line', () => {
  expect(formatError(new ConfigError('set key'), 'zh')).toBe('配置有误（原文：set key）')
  expect(formatError(new ApiError('HTTP 502', { retryable: true }), 'zh')).toBe('渠道服务异常或繁忙（原文：HTTP 502）')
  expect(formatError(new Error('EACCES'), 'zh')).toBe('出错（原文：EACCES）')
})
