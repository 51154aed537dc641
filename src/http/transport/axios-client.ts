import type { IncomingMessage } from 'node:http'
import { Axios, type AxiosAdapter } from 'axios'
import { type NodeRequest, type Route, sendRequest } from './node-request.js'

/** Sends one request; `data` is the response with its head received and its body still to be read. */
export type AxiosClient = (request: NodeRequest) => Promise<{ readonly data: IncomingMessage }>

/**
 * The only file that knows axios. Requests go through axios, but an adapter over node:http (`sendRequest`) sends them,
 * because axios' own adapter
 * - follows redirects, and reads proxies from the environment, unless told not to;
 * - takes an https proxy's response for the host's, instead of opening a tunnel to the host;
 * - does not verify TLS when NODE_TLS_REJECT_UNAUTHORIZED is 0;
 * - takes a tenth of the CPU time of a whole list.
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
