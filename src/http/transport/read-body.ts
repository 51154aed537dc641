import { finished, type Readable } from 'node:stream'
import { ResponseError } from '../../errors.js'

const maxAnswerBytes = 20 * 1024 * 1024
const poolBytes = 64 * 1024
/** Larger pieces are kept as they come; copying them would cost more than their own object does. */
const smallBytes = 4 * 1024

/**
 * Reads an answer to its end. Small pieces are copied together: a server that sends byte by byte must not cost a
 * hundred times the memory of what it sends.
 * @throws ResponseError beyond 20 MiB, at once; the rest is not read
 */
export function readBody(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let pool = Buffer.alloc(0)
    let used = 0
    let total = 0
    const closePool = (): void => {
      if (used > 0) pieces.push(pool.subarray(0, used))
      pool = pool.subarray(used)
      used = 0
    }
    stream.on('data', (piece: Buffer) => {
      total += piece.length
      if (total > maxAnswerBytes) {
        stream.destroy(tooLarge())
      } else if (piece.length > smallBytes) {
        closePool()
        pieces.push(piece)
      } else {
        if (used + piece.length > pool.length) {
          closePool()
          pool = Buffer.allocUnsafe(poolBytes)
        }
        used += piece.copy(pool, used)
      }
    })
    finished(stream, (error) => {
      if (error !== null && error !== undefined) return reject(error)
      closePool()
      resolve(pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces))
    })
  })
}

function tooLarge(): ResponseError {
  return new ResponseError(`the answer is larger than ${maxAnswerBytes} bytes and was not read; ask for fewer rows`)
}
