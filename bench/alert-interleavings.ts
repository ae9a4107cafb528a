import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { incidentsAfter, interleaved } from '../server/src/pipeline/correlate/interleaving.suite.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Random interleavings of duplicate, late and resolved-before-fired alerts, and how many of them end in other incidents than the same
 * alerts in order: the oracle.
 *   node bench/alert-interleavings.ts [--runs 10000] [--seed 1]
 */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
})
const runs = Number(values.runs)
const before = cpuSeconds()
const other = fc
  .sample(interleaved, { numRuns: runs, seed: Number(values.seed) })
  .filter(({ states, shuffled, paceMs }) => {
    const [expected, found] = [incidentsAfter(states, 0), incidentsAfter(shuffled, paceMs)]
    return JSON.stringify(expected) !== JSON.stringify(found)
  })
process.stdout.write(
  `${JSON.stringify({ bench: 'alert-interleavings', machine: machine(), runs, seed: Number(values.seed), other: other.length, cpu_seconds: Math.round(cpuSeconds() - before) }, null, 1)}\n`,
)
