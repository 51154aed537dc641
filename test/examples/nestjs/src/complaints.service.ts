import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { type Complaint, ComplaintClient } from 'unified-complaints'

@Injectable()
export class ComplaintsService implements OnApplicationShutdown {
  readonly #client: ComplaintClient
  readonly #stop = new AbortController()

  constructor(@Inject(ComplaintClient) client: ComplaintClient) {
    this.#client = client
  }

  /** In the order of arrival; leaving the loop stops the requests. */
  pending(from: string): AsyncIterable<Complaint> {
    return this.#client.list({ from, state: 'pending' }, { signal: this.#stop.signal })
  }

  /** No request outlives the application. */
  onApplicationShutdown(): void {
    this.#stop.abort(new Error('the application is shutting down'))
  }
}
