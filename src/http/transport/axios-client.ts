import type { IncomingMessage } from 'node:http'
import { Axios, type AxiosAdapter } from 'axios'
import { type NodeRequest, type Route, sendRequest } from './node-request.js'

/** Sends one request; `data` is the response with its head received and its body still to be read. */
export type AxiosClient = (request: NodeRequest) => Promise<{ readonly data: IncomingMessage }>

/**
 * The only file that knows axios. Requests go through axios, the HTTP library chosen for this package, but an adapter of
 * our own over node:http (`sendRequest`) sends them, because the adapter of axios
 * - follows redirects and reads proxy variables by default;
 * - mistakes an https proxy's response for the target's;
 * - skips TLS verification under NODE_TLS_REJECT_UNAUTHORIZED=0;
 * - uses a tenth of a list's CPU time.
 */
export function createAxiosClient(routeOf: (url: string) => Route): AxiosClient {
  const adapter: AxiosAdapter = async (config) => {
    const request = config as unknown as NodeRequest
    const data = await sendRequest(request, routeOf(request.url))
    // The headers stay in `data`: AxiosHeaders has no room for headers named like its methods.
    return { data, status: data.statusCode ?? 0, statusText: '', headers: {}, config }
  }
  // Not axios.create(): an Axios of its own has no defaults.
  const client = new Axios({ adapter })
  return (request) => client.request(request)
}
