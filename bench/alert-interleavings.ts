import { parseArgs } from 'node:util'
import { interleavings } from '../server/src/pipeline/correlate/index.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Random interleavings of duplicate, late and resolved-before-fired alerts, and how many of them end in other incidents than the same
 * alerts in order, the oracle: alerts of one burst, and alerts that begin over so many seconds.
 *   node bench/alert-interleavings.ts [--runs 10000] [--seed 1] [--late 60]
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    late: { type: 'string', default: '60' },
  },
})
const runs = Number(values.runs)
const seed = Number(values.seed)
const before = cpuSeconds()
const rows = [6, 40, 120, 300].map((spreadS) => {
  const { other } = interleavings({ runs, seed, spreadS, lateMs: Number(values.late) * 1_000 })
  return { begin_over_seconds: spreadS, other, share: other / runs }
})
process.stdout.write(
  `${JSON.stringify({ bench: 'alert-interleavings', machine: machine(), runs, seed, late_seconds: Number(values.late), rows, cpu_seconds: Math.round(cpuSeconds() - before) }, null, 1)}\n`,
)
