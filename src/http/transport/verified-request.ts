// Not by name: nock and tracers put theirs into these objects, which a name imported by an ES module never sees.
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https, { type AgentOptions, type Agent as HttpsAgent, type RequestOptions } from 'node:https'
import type { Socket } from 'node:net'
import { type PeerCertificate, TLSSocket } from 'node:tls'
import { ConfigError, TransportError } from '../../errors.js'

/**
 * Asks as node:http and node:https do, but always verifies: an agent of the user's own need not say so, and
 * NODE_TLS_REJECT_UNAUTHORIZED=0, set for something else in the process, would then hold for us too.
 * @param headers none is in the options, which Node prints under NODE_DEBUG: what they hold is none of its business
 */
export function requestVerified(
  options: RequestOptions,
  headers: object,
  onAnswer: (answer: IncomingMessage) => void,
): ClientRequest {
  // The others are what Node would else find on the prototype of all objects.
  Object.assign(options, { rejectUnauthorized: true, insecureHTTPParser: false, auth: undefined, headers: {} })
  const request = options.protocol === 'https:' ? requestProven(options, onAnswer) : http.request(options, onAnswer)
  for (const [name, value] of Object.entries(headers)) request.setHeader(name, value)
  return request
}

/**
 * An agent decides what a request goes through, and not all decide well: some hand on what a proxy says in the clear,
 * when it refuses a tunnel, as if the host had said it. So nothing is written but to TLS, and nothing read but from a
 * host whose certificate was checked.
 */
function requestProven(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest {
  const refuse = (error: TransportError): void => {
    // A socket that has ended already would tell nobody.
    request.emit('error', error)
    request.destroy()
  }
  const request = https.request(options, (answer) => {
    if (isProven(answer.socket)) onAnswer(answer)
    else refuse(inTheClear(answer.statusCode))
  })
  request.once('socket', (socket) => {
    // What nothing can be written to may still say why.
    if (socket.writable && !isEncrypted(socket)) refuse(inTheClear(undefined))
  })
  return request
}

function isEncrypted(socket: object): boolean {
  return (socket as { encrypted?: unknown }).encrypted === true
}

/** A socket that is none of node:tls, as a test puts in the place of a network, knows no certificates. */
function isProven(socket: Socket): boolean {
  return isEncrypted(socket) && (!(socket instanceof TLSSocket) || socket.authorized)
}

function inTheClear(status: number | undefined): TransportError {
  const said = status === undefined ? 'the agent would send' : `HTTP ${status} came`
  return new TransportError(
    `${said} without verified TLS, as when a proxy refuses the tunnel; nothing was believed; check axios.httpsAgent`,
    { retryable: status !== undefined && (status === 429 || status >= 500) },
  )
}

/** A certificate that is not trusted now will not be in a second. */
export function isCertificateProblem(code: string | undefined): boolean {
  return code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)
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
