import { ComplaintError, ResponseError, TransportError } from '../errors.js'
import type { Call, ListPage, WireResponse } from '../provider.js'

/** The verified and parsed result of a 2xx response; otherwise throws. */
export function handleResponse<T>(call: Call<T>, response: WireResponse): T | Promise<T> {
  if (response.status >= 200 && response.status < 300) return call.read(response)
  if (response.status >= 300 && response.status < 400) {
    throw new TransportError(
      `the provider responded with a redirect (${response.status}), which is not followed; check baseUrl`,
    )
  }
  throw call.refuse(response)
}

/** Any exception of a response handler becomes a ResponseError. */
export function toComplaintError(error: unknown): ComplaintError {
  if (ComplaintError.isInstance(error)) return error
  return new ResponseError(
    `the response could not be read (${error instanceof Error ? error.name : 'unknown failure'})`,
  )
}

/** What `Call.read` returns for a page of a list or of a history. */
type ParsedPage = Partial<Pick<ListPage<unknown>, 'failures'>> & { readonly failure?: ComplaintError | null }

/** The errors of invalid rows: `failures` of a list page, `failure` of a history page. Other results have none. */
export function rowErrorsOf(result: unknown): ComplaintError[] {
  const { failure, failures }: ParsedPage = Object(result)
  const errors = Array.isArray(failures) ? failures.map(({ error }) => error) : [failure]
  return errors.filter((error) => ComplaintError.isInstance(error))
}

/** With the port when it is not the default of the protocol. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : ''
}

/** @param header the name of the header that holds it */
export function requestIdOf(
  { headers }: WireResponse,
  header: string,
  redact: (text: string) => string,
): string | null {
  const requestId = headers[header]
  return requestId === undefined ? null : redact(requestId)
}
