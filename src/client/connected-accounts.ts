import type { Complaint } from '../model.js'
import type { ConnectedAccount } from './connect.js'

/** `unified-complaints/config` may be another copy of this library (ESM next to CommonJS) than the client. */
const property: unique symbol = Symbol.for('unified-complaints.connectedAccounts')

/** Lets `connectedAccountsOf` read the accounts of a client. Not enumerable, so printing a client does not show it. */
export function exposeConnectedAccounts(client: object, read: () => readonly ConnectedAccount<Complaint>[]): void {
  Object.defineProperty(client, property, { value: read })
}

/** The connected accounts of a client at this moment; null: the value is not a client. */
export function connectedAccountsOf(client: unknown): readonly ConnectedAccount<Complaint>[] | null {
  const read: unknown = (client as Record<symbol, unknown> | null | undefined)?.[property]
  return typeof read === 'function' ? read() : null
}
