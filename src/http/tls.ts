// Not by name: nock and tracers put theirs into these objects, which a name imported by an ES module never sees.
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https, { type AgentOptions, type Agent as HttpsAgent, type RequestOptions } from 'node:https'
import type { PeerCertificate } from 'node:tls'
import { ConfigError } from '../errors.js'

/**
 * Sends as node:http and node:https do, but always verifies: an agent of the user's own need not say so, and
 * NODE_TLS_REJECT_UNAUTHORIZED=0, set for something else in the process, would then hold for us too. The headers come
 * after the options, which Node prints under NODE_DEBUG=http: the Authorization header is none of its business.
 */
export const verifyingTransport: {
  request(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest
} = {
  request(options, onAnswer) {
    const { headers } = options
    // No copy: axios' options have no prototype, on purpose.
    options.headers = {}
    options.rejectUnauthorized = true
    const request = options.protocol === 'https:' ? https.request(options, onAnswer) : http.request(options, onAnswer)
    for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) request.setHeader(name, value)
    return request
  },
}

/**
 * What an agent says goes before what a request says, so an agent that does not verify is not used.
 * @throws ConfigError
 */
export function requireVerification(agent: HttpsAgent | undefined): void {
  // Agents of other packages need not have any.
  const options: AgentOptions | undefined = agent?.options
  if (options?.rejectUnauthorized === false) {
    throw new ConfigError(
      'axios.httpsAgent switches TLS verification off (rejectUnauthorized: false); give the missing CA instead (ca)',
    )
  }
  if (options?.checkServerIdentity !== undefined && acceptsAnyHost(options.checkServerIdentity)) {
    throw new ConfigError(
      'axios.httpsAgent switches TLS verification off (checkServerIdentity accepts any host); have it call that of node:tls first',
    )
  }
}

/** One that pins a certificate, or asks node:tls first, refuses a certificate that names somebody else. */
function acceptsAnyHost(check: NonNullable<AgentOptions['checkServerIdentity']>): boolean {
  const stranger = { subject: { CN: 'stranger.invalid' }, subjectaltname: 'DNS:stranger.invalid' } as PeerCertificate
  try {
    return check('provider.invalid', stranger) === undefined
  } catch {
    return false
  }
}
