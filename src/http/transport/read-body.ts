import { finished, type Readable } from 'node:stream'
import { ResponseError } from '../../errors.js'

const maxBodyBytes = 20 * 1024 * 1024
const poolBytes = 64 * 1024
/** Larger chunks are kept as they are: copying them costs more than one object each. */
const maxCopiedBytes = 4 * 1024

/**
 * Reads a body to its end. Small chunks are copied into a pool: a Buffer object for each would take a hundred times the
 * memory of a body that is sent byte by byte.
 * @throws ResponseError as soon as the body exceeds 20 MiB
 */
export function readBody(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let pool = Buffer.alloc(0)
    let used = 0
    let total = 0
    const closePool = (): void => {
      if (used > 0) chunks.push(pool.subarray(0, used))
      pool = pool.subarray(used)
      used = 0
    }
    stream.on('data', (chunk: Buffer) => {
      total += chunk.length
      if (total > maxBodyBytes) {
        stream.destroy(tooLarge())
      } else if (chunk.length > maxCopiedBytes) {
        closePool()
        chunks.push(chunk)
      } else {
        if (used + chunk.length > pool.length) {
          closePool()
          pool = Buffer.allocUnsafe(poolBytes)
        }
        used += chunk.copy(pool, used)
      }
    })
    finished(stream, (error) => {
      if (error !== null && error !== undefined) return reject(error)
      closePool()
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks))
    })
  })
}

function tooLarge(): ResponseError {
  return new ResponseError(
    `the response is larger than ${maxBodyBytes} bytes and was not read; request fewer rows (pageSize)`,
  )
}
