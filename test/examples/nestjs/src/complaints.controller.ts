import { Readable } from 'node:stream'
import { BadRequestException, Controller, Get, Inject, Query, StreamableFile } from '@nestjs/common'
import { type Complaint, QueryError } from 'unified-complaints'
import { ComplaintsService } from './complaints.service.js'

@Controller('complaints')
export class ComplaintsController {
  readonly #complaints: ComplaintsService

  constructor(@Inject(ComplaintsService) complaints: ComplaintsService) {
    this.#complaints = complaints
  }

  @Get('pending')
  pending(@Query('from') from: string): StreamableFile {
    return new StreamableFile(Readable.from(lines(this.#asked(from))), { type: 'application/x-ndjson' })
  }

  /** A wrong query is refused before anything is asked. */
  #asked(from: string): AsyncIterable<Complaint> {
    try {
      return this.#complaints.pending(from)
    } catch (error) {
      throw error instanceof QueryError ? new BadRequestException(error.message) : error
    }
  }
}

async function* lines(complaints: AsyncIterable<Complaint>): AsyncGenerator<string> {
  for await (const { provider, account, id, createdAt, subject, detail } of complaints)
    yield `${JSON.stringify({ provider, account, id, createdAt, subject, detail })}\n`
}
