import nock from 'nock'
import { afterAll } from 'vitest'

// Files of one process share nock, which patches node:http until it is restored.
if (!nock.isActive()) nock.activate()
afterAll(() => {
  nock.cleanAll()
  nock.enableNetConnect()
  nock.restore()
})

export default nock
