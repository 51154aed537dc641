/** Wall and CPU time of one drain, which must bring everything. */
export async function measure(drain, expected) {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const rows = await drain()
  const wallMs = performance.now() - start
  const used = process.cpuUsage(cpu)
  if (rows !== expected) throw new Error(`delivered ${rows} of ${expected}`)
  return { wallMs, cpuMs: (used.user + used.system) / 1000 }
}
