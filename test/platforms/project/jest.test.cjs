const readAll = require('./read-all.cjs')

test('CommonJS in Jest', async () => {
  await readAll(require('unified-complaints'), require('unified-complaints/pfx'), require('unified-complaints/sandbox'))
}, 60_000)
