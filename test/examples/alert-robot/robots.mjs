import { createHmac } from 'node:crypto'

/**
 * The robots of groups. Each turns a message into `{ url, body }`; `errorOf` reads the code of a response, which comes
 * with HTTP status 200 when the robot refuses a message, too.
 */
export const robots = {
  /** https://developer.work.weixin.qq.com/document/path/91770: markdown has at most 4,096 bytes. */
  wecom: {
    request({ title, isUrgent, lines }, { url }) {
      const heading = `**<font color="${isUrgent ? 'warning' : 'info'}">${escapeMarkdown(title)}</font>**`
      const quote = lines.map(([name, value]) => `>${name}：<font color="comment">${escapeMarkdown(value)}</font>`)
      return { url, body: { msgtype: 'markdown', markdown: { content: [heading, ...quote].join('\n') } } }
    },
    errorOf: ({ errcode, errmsg }) => (errcode === 0 ? null : `${errcode} ${errmsg}`),
  },

  /** https://open.dingtalk.com/document/robots/custom-robot-access: the signature is part of the address. */
  dingtalk: {
    request({ title, lines }, { url, secret }) {
      const signed = new URL(url)
      if (secret !== undefined) {
        const timestamp = String(Date.now())
        const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64')
        signed.searchParams.set('timestamp', timestamp)
        signed.searchParams.set('sign', sign)
      }
      const items = lines.map(([name, value]) => `- ${name}：${escapeMarkdown(value)}`)
      const text = [`### ${escapeMarkdown(title)}`, ...items].join('\n')
      return { url: signed.href, body: { msgtype: 'markdown', markdown: { title, text } } }
    },
    errorOf: ({ errcode, errmsg }) => (errcode === 0 ? null : `${errcode} ${errmsg}`),
  },

  /** https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: key and message of the HMAC differ from DingTalk's. */
  feishu: {
    request({ title, isUrgent, lines }, { url, secret }) {
      const timestamp = String(Math.floor(Date.now() / 1000))
      const signature =
        secret === undefined
          ? {}
          : { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') }
      // Plain text: the words of a complainant must not become a link, or `@` everybody.
      const elements = lines.map(([name, value]) => ({
        tag: 'div',
        text: { tag: 'plain_text', content: `${name}：${value}` },
      }))
      const header = { template: isUrgent ? 'red' : 'blue', title: { tag: 'plain_text', content: title } }
      return { url, body: { ...signature, msg_type: 'interactive', card: { header, elements } } }
    },
    errorOf: ({ code, msg }) => (code === 0 ? null : `${code} ${msg}`),
  },
}

/** The words of a complainant must not become a link, a colour, or a mention such as `<@all>`. */
function escapeMarkdown(text) {
  const wide = (character) => String.fromCodePoint(character.codePointAt(0) + 0xfee0)
  return text.replace(/[<>[\]`*_#~|\\]/g, wide)
}

/** Sends a message; throws when the robot did not take it. The address is a secret, so no error names it. */
export async function send(message, { robot, url, secret }) {
  const { request, errorOf } = robots[robot]
  const { url: target, body } = request(message, { url, secret })
  const response = await fetch(target, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${robot}: HTTP ${response.status}`)
  const refusal = errorOf(JSON.parse(text))
  if (refusal !== null) throw new Error(`${robot} refused the message: ${refusal.slice(0, 200)}`)
}
