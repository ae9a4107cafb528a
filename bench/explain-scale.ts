import { parseArgs } from 'node:util'
import { explainCase, systemOfSize } from '../server/src/pipeline/explain/index.ts'
import { rounded } from './explain-cases.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * CPU seconds of one explanation by the size of the system: services in tiers that call a few of the next, every metric a level with noise,
 * one service slow, its callers with it.
 *   node bench/explain-scale.ts [--sizes 46x741,500x10000,2000x10000] [--samples 60] [--repeats 3]
 */
const { values: asked } = parseArgs({
  options: {
    sizes: { type: 'string', default: '46x741,500x10000,2000x10000' },
    samples: { type: 'string', default: '60' },
    repeats: { type: 'string', default: '3' },
  },
})
const samples = Number(asked.samples)
const before = machine()
// Code that ran before is faster: no size pays for it.
explainCase(systemOfSize(20, 200, samples, 0))
const rows = asked.sizes.split(',').map((size) => {
  const [services, series] = size.split('x').map(Number) as [number, number]
  const used = Array.from({ length: Number(asked.repeats) }, (_, seed) => {
    const input = systemOfSize(services, series, samples, seed)
    const began = cpuSeconds()
    explainCase(input)
    return cpuSeconds() - began
  })
  const seconds = used.sort((a, b) => a - b)
  return {
    services,
    series,
    samples,
    cpu_seconds_median: rounded(seconds[seconds.length >> 1]!),
    cpu_seconds_max: rounded(seconds.at(-1)!),
  }
})
process.stdout.write(`${JSON.stringify({ bench: 'explain-scale', machine: before, rows }, null, 1)}\n`)
