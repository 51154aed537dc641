// A provider with a self-signed certificate, called with the built package in every configuration. Key and certificate
// of `localhost` come from stdin; the results go to stdout as JSON.
import { createServer as createProxy } from 'node:http'
import { Agent, createServer, get } from 'node:https'
import { connect } from 'node:net'
import { json } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { ComplaintClient, xiaoe } from '../../dist/index.js'

const { key, cert } = await json(process.stdin)
const bodies = []
const server = createServer({ key, cert }, (request, response) => {
  request.on('data', (bytes) => bodies.push(String(bytes))).on('end', () => response.end('{}'))
})
let tunnels = 0
const tunnel = createProxy().on('connect', (_request, socket, head) => {
  tunnels += 1
  const through = connect(server.address().port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    through.write(head)
    through.pipe(socket).pipe(through)
  })
  through.on('error', () => socket.destroy())
  socket.on('error', () => through.destroy())
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
await new Promise((resolve) => tunnel.listen(0, '127.0.0.1', resolve))
const { port } = server.address()
const proxy = { host: '127.0.0.1', port: tunnel.address().port, protocol: 'http' }

for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
  process.env[name] = `http://127.0.0.1:${proxy.port}`
}
delete process.env.NO_PROXY
delete process.env.no_proxy

/** Like agents of other packages: not Node's own class, and uses only the options of the request. */
class OtherAgent extends Agent {
  createConnection(options, done) {
    return connectTls({ ...options, host: '127.0.0.1' }, done)
  }
}

const ways = {
  default: {},
  agent: { httpsAgent: new Agent() },
  undecided: { httpsAgent: new Agent({ rejectUnauthorized: undefined }) },
  other: { httpsAgent: new OtherAgent({ keepAlive: true }) },
  proxy: { proxy },
  'proxy and agent': { proxy, httpsAgent: new Agent() },
  'the right CA': { httpsAgent: new Agent({ ca: cert }) },
  'the right CA, through a proxy': { proxy, httpsAgent: new Agent({ ca: cert }) },
}
const ends = {}
for (const [name, axios] of Object.entries(ways)) {
  bodies.length = 0
  tunnels = 0
  const adapter = xiaoe({ appId: 'app0000', accessToken: 'token-of-nobody', baseUrl: `https://localhost:${port}` })
  const client = new ComplaintClient(adapter, { axios, maxRetries: 2 })
  const error = await client.get({ provider: 'xiaoe', account: 'app0000', id: '1' }).catch((failure) => failure)
  ends[name] = {
    code: error.code,
    message: error.message,
    attempts: error.attempts,
    sent: bodies.length,
    tunnelled: tunnels > 0,
  }
}
const careless = await new Promise((resolve) => {
  get(`https://localhost:${port}`, (response) => resolve(response.statusCode)).on('error', (error) =>
    resolve(error.code),
  )
})
server.closeAllConnections()
tunnel.closeAllConnections()
server.close()
tunnel.close()
process.stdout.write(JSON.stringify({ ends, careless }))
