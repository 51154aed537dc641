// Not by `require`: what a bundler makes of this file must not be what fails.
const assert = process.getBuiltinModule('node:assert/strict')
const { readFileSync } = process.getBuiltinModule('node:fs')

const range = { from: '2026-01-01', to: '2026-03-31' }
const complaints = 70

/**
 * Reads every complaint of a sandbox, with phones, which worker threads decrypt, and opens a `.pfx` file in an old
 * cipher, which node-forge does. The last line printed counts the complaints.
 */
module.exports = async function readAll(main, { loadPfx }, { startSandbox }) {
  const { alipayRisk, alipayTrade, ComplaintClient, ComplaintError, ConfigError, huishouqian, wechatpay, xiaoe } = main
  const sandbox = await startSandbox({ ...range, complaints })
  try {
    const adapters = [
      wechatpay(sandbox.wechatpay),
      huishouqian(sandbox.huishouqian),
      xiaoe(sandbox.xiaoe),
      alipayTrade({ ...sandbox.alipayTrade, rateLimit: false }),
      alipayRisk({ ...sandbox.alipayRisk, rateLimit: false }),
    ]
    const rows = await new ComplaintClient(adapters).list(range).toArray({ limit: 1000 })
    const shownAs = ({ provider, id, createdAt, payer }) =>
      `${provider} ${id} ${createdAt.toISOString()} ${payer.phone?.form} ${payer.phone?.value}`
    assert.equal(rows.length, 5 * complaints)
    assert.deepEqual(rows.map(shownAs).sort(), sandbox.truth.map(shownAs).sort())
  } finally {
    await sandbox.close()
  }
  const opened = loadPfx(readFileSync('legacy-rc2-40.pfx'), '123456')
  assert.equal(opened.serialNo, 'A1B2C3D4E5F60718')
  wechatpay({ mchid: '1900000001', ...opened, apiV3Key: '0'.repeat(32) })
  assert.throws(
    () => wechatpay({}),
    (error) => error instanceof ConfigError && ComplaintError.isInstance(error),
  )
  console.log(`${5 * complaints} complaints`)
}
