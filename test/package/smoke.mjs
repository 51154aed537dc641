import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

/** Copied into a project that has the packed package installed: each provider is drained, imported and required. */
const require = createRequire(import.meta.url)
const range = { from: '2026-01-01', to: '2026-03-31' }
const specifiers = [
  'unified-complaints',
  'unified-complaints/pfx',
  'unified-complaints/sandbox',
  'unified-complaints/schema',
  'unified-complaints/config',
]

for (const [format, load] of Object.entries({ import: (name) => import(name), require })) {
  const loaded = await Promise.all(specifiers.map(load))
  const [main, { loadPfx }, { startSandbox }, { complaintSchema }, { diagnose, loadConfig }] = loaded
  const { alipayRisk, alipayTrade, ComplaintClient, ComplaintError, ConfigError, huishouqian, wechatpay, xiaoe } = main
  for (const [signType, alipaySigning] of Object.entries({ RSA2: 'publicKey', CFCA: 'certificate' })) {
    const sandbox = await startSandbox({ ...range, complaints: 70, signType, alipaySigning })
    const adapters = [
      wechatpay(sandbox.wechatpay),
      huishouqian(sandbox.huishouqian),
      xiaoe(sandbox.xiaoe),
      alipayTrade({ ...sandbox.alipayTrade, rateLimit: false }),
      alipayRisk({ ...sandbox.alipayRisk, rateLimit: false }),
    ]
    for (const adapter of adapters) {
      const rows = await new ComplaintClient(adapter).list(range).toArray({ limit: 1000 })
      const truth = sandbox.truth.filter(({ provider }) => provider === adapter.provider)
      const byId = (a, b) => (a.id < b.id ? -1 : 1)
      const mapped = rows.map(({ raw, ...row }) => row)
      assert.equal(truth.length, 70)
      assert.deepEqual(complaintSchema.parse(JSON.parse(JSON.stringify(rows[0]))), rows[0])
      assert.deepEqual(mapped.sort(byId), truth.sort(byId), `${format} ${adapter.provider}`)
    }
    await sandbox.close()
  }
  const shop = await startSandbox({ complaints: 1 })
  const { appId, clientId, secretKey, baseUrl } = shop.xiaoe
  const variables = {
    XIAOE_APP_ID: appId,
    XIAOE_CLIENT_ID: clientId,
    XIAOE_SECRET_KEY: secretKey,
    XIAOE_BASE_URL: baseUrl,
  }
  const { adapters: configured, clientOptions } = await loadConfig(variables)
  const findings = []
  for await (const finding of diagnose(new ComplaintClient(configured, clientOptions))) findings.push(finding)
  assert.deepEqual(
    findings.map(({ check, status }) => `${check} ${status}`),
    ['options ok', 'clock ok', 'request ok'],
  )
  await shop.close()
  const isOurs = (error) => error instanceof ConfigError && ComplaintError.isInstance(error)
  assert.throws(() => loadPfx(new Uint8Array([1, 2, 3]), 'x'), isOurs)
  assert.throws(() => wechatpay({}), isOurs)
  await assert.rejects(loadConfig({}), isOurs)
}
console.log(`Node ${process.versions.node}: every provider read in full, imported and required`)
