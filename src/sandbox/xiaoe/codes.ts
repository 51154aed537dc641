/** Codes of Xiaoe's own list of return codes, in its sense: https://api-doc.xiaoe-tech.com/common_problem/code.html */
const messages: Readonly<Record<number, string>> = {
  1001: '系统繁忙',
  1002: '参数错误',
  2001: '缺少app_id参数',
  2002: '无效的app_id参数',
  2003: '缺少secret_key参数',
  2004: 'secret_key错误,或者app_id无效',
  2005: '缺少grant_type参数',
  2006: '无效的grant_type参数',
  2007: '缺少access_token凭证',
  2008: 'access_token已过期或不存在',
  2017: '没有权限调用该接口',
  2020: '无效的client_id参数',
  2051: 'ip不在白名单内',
  2052: '未提供该接口或url未注册',
  2053: '接口调用次数已达上限',
  2054: '接口请求突增',
  2055: '请求方法错误',
}

/** Has a default for unknown codes. */
export function messageFor(code: number): string {
  return messages[code] ?? '请求被拒绝'
}

/** The calls that respond with a code: the token call, every other call, or both. */
export function refusedCalls(code: number): 'token' | 'call' | 'both' {
  // The IP allow-list applies to the token call and to all other calls.
  if (code === 2051) return 'both'
  return (code >= 2001 && code <= 2006) || code === 2020 ? 'token' : 'call'
}
