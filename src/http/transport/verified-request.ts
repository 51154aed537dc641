// Default imports, so that nock and tracers can patch `http.request`: a named ESM import would keep the original.
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https, { type AgentOptions, type Agent as HttpsAgent, type RequestOptions } from 'node:https'
import type { Socket } from 'node:net'
import { type PeerCertificate, TLSSocket } from 'node:tls'
import { ConfigError, TransportError } from '../../errors.js'

/**
 * `http.request` or `https.request` with TLS verification always on, whatever a user's agent leaves out and
 * NODE_TLS_REJECT_UNAUTHORIZED says.
 * @param headers set after the request is created, because NODE_DEBUG prints the options
 */
export function verifiedRequest(
  options: RequestOptions,
  headers: object,
  onResponse: (response: IncomingMessage) => void,
): ClientRequest {
  // Own properties hide those of a polluted Object.prototype.
  Object.assign(options, { rejectUnauthorized: true, insecureHTTPParser: false, auth: undefined, headers: {} })
  const request =
    options.protocol === 'https:' ? verifiedHttpsRequest(options, onResponse) : http.request(options, onResponse)
  for (const [name, value] of Object.entries(headers)) request.setHeader(name, value)
  return request
}

/**
 * Writes only to a TLS socket, and accepts a response only from a host with a verified certificate. Some agents pass on
 * a proxy's unencrypted response to CONNECT as if it were the host's.
 */
function verifiedHttpsRequest(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest {
  const reject = (error: TransportError): void => {
    // A socket that has already ended emits no error when the request is destroyed.
    request.emit('error', error)
    request.destroy()
  }
  const request = https.request(options, (response) => {
    if (isAuthorized(response.socket)) onResponse(response)
    else reject(unencrypted(response.statusCode))
  })
  request.once('socket', (socket) => {
    // A socket that is already closing will emit its own error.
    if (socket.writable && !isEncrypted(socket)) reject(unencrypted(undefined))
  })
  return request
}

function isEncrypted(socket: object): boolean {
  return (socket as { encrypted?: unknown }).encrypted === true
}

/** A mocked socket, which is not a TLSSocket, has no certificate to check. */
function isAuthorized(socket: Socket): boolean {
  return isEncrypted(socket) && (!(socket instanceof TLSSocket) || socket.authorized)
}

/** @param status of the rejected response; undefined: nothing was sent */
function unencrypted(status: number | undefined): TransportError {
  if (status === undefined) {
    return new TransportError(
      'nothing was sent: the connection is without verified TLS, as when a proxy refuses the tunnel; check axios.httpsAgent',
      { retryable: false },
    )
  }
  return new TransportError(
    `HTTP ${status} was discarded: it arrived without verified TLS, as when a proxy refuses the tunnel; check axios.httpsAgent`,
    { retryable: status === 429 || status >= 500 },
  )
}

/** Certificate errors are not retried. */
export function isCertificateProblem(code: string | undefined): boolean {
  return code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)
}

/**
 * Agent options override request options, so an agent with verification off is rejected.
 * @throws ConfigError
 */
export function assertVerifyingAgent(agent: HttpsAgent | undefined): void {
  // Agents of other packages may have no `options`.
  const options: AgentOptions | undefined = agent?.options
  if (options?.rejectUnauthorized === false) {
    throw new ConfigError(
      'axios.httpsAgent turns TLS verification off (rejectUnauthorized: false); set ca to trust another CA',
    )
  }
  if (options?.checkServerIdentity !== undefined && acceptsAnyHost(options.checkServerIdentity)) {
    throw new ConfigError(
      'axios.httpsAgent turns TLS verification off (checkServerIdentity accepts any host); call tls.checkServerIdentity in it first',
    )
  }
}

/** Calls `check` with the certificate of another host; a check that pins a certificate or calls node:tls rejects it. */
function acceptsAnyHost(check: NonNullable<AgentOptions['checkServerIdentity']>): boolean {
  const other = { subject: { CN: 'stranger.invalid' }, subjectaltname: 'DNS:stranger.invalid' } as PeerCertificate
  try {
    return check('provider.invalid', other) === undefined
  } catch {
    return false
  }
}
