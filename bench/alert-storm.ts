import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { alertStorm } from '../server/src/edge/cli/bench/alert-storm.ts'
import { machine } from './machine.ts'
import { startReceiver } from './receiver.ts'

/**
 * The storm of `aiops bench correlate` at the real program, in a process of its own, with some webhooks sent twice and every setting
 * open: what was lost, what incidents it became, and how long people waited for each page meanwhile.
 *   node bench/alert-storm.ts [--alerts 100000] [--rate 1667] [--causes 200] [--per-request 100] [--twice 0.05] [--seed 1]
 */
const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '1667' },
    causes: { type: 'string', default: '200' },
    'per-request': { type: 'string', default: '100' },
    twice: { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
  },
})
const [alerts, rate, causes] = [Number(values.alerts), Number(values.rate), Number(values.causes)]

const folder = mkdtempSync(join(tmpdir(), 'aiops-alert-storm-'))
const server = await startReceiver('aiops', folder, [])
if (typeof server === 'string') throw new Error(server)
try {
  const storm = await alertStorm({
    ...{ url: new URL(server.url).origin, alerts, rate, causes, watched: true },
    ...{ perRequest: Number(values['per-request']), twice: Number(values.twice), seed: Number(values.seed) },
  })
  const { waitedMs, waitedMsByPage, ...counts } = storm
  const byPage = Object.entries(waitedMsByPage).map(([path, waited]) => [path, spread(waited)])
  const figures = {
    ...{ ...counts, lost: alerts - storm.stored },
    api_ms: { ...spread(waitedMs), ...Object.fromEntries(byPage) },
  }
  process.stdout.write(
    `${JSON.stringify({ bench: 'alert-storm', machine: machine(), rate, causes, ...figures }, null, 1)}\n`,
  )
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function spread(waitedMs: readonly number[]) {
  const sorted = waitedMs.map((ms) => Math.round(ms * 10) / 10).sort((a, b) => a - b)
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
  return { requests: sorted.length, p50: at(0.5), p95: at(0.95), max: sorted.at(-1) }
}
