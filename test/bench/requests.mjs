// How many requests each troubled list takes, and whether all of it came: `npm run bench:requests`.
// Vite loads the TypeScript of the tests, so that nothing has to be built first.
import { createViteServer } from 'vitest/node'

const vite = await createViteServer({
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, ws: false },
})
const { printRequests } = await vite.ssrLoadModule('/test/bench/requests.ts')
await printRequests(process.argv[2] ?? '')
await vite.close()
