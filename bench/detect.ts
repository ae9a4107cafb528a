import { parseArgs } from 'node:util'
import { DetectConfig, throughputOf } from '../server/src/pipeline/detect/index.ts'
import { openWorkerLink } from '../server/src/pipeline/detect/link.ts'
import { settingsOf } from '../server/src/pipeline/detect/settings.ts'
import { machine } from './machine.ts'

/**
 * What detection costs: points per CPU-second on decoded batches, bytes a series, how long the thread takes to start. How well it
 * detects is measured by `aiops bench detect --data DIR`.
 *   node bench/detect.ts [--series 10000] [--rounds 200]
 */
const { values } = parseArgs({
  options: {
    series: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '200' },
  },
})
const config = DetectConfig.parse({})
const startMs = 1_700_000_000_000
/** As many series as the agile tier takes by default. */
const agileSeries = 2_000
const steps = { basic: 2_000, groups: 10_000, agile: 60_000 }
const multivariate = { ...config.multivariate, enabled: false }
const basic = { ...config, agile_series_max: 0, multivariate }

async function threadStart() {
  const before = performance.now()
  const answered = Promise.withResolvers<void>()
  const link = await openWorkerLink(settingsOf(config), {
    reply: () => answered.resolve(),
    failed: (error) => answered.reject(error),
  })
  link.send({ kind: 'tick', nowMs: startMs })
  await answered.promise
  const milliseconds = Math.round(performance.now() - before)
  await link.close()
  return milliseconds
}

const series = Number(values.series)
const rounds = Number(values.rounds)
/** Rounds that warm up the compiler. */
const warmRounds = 200
const report = {
  bench: 'detect',
  machine: machine(),
  throughput: throughputOf(basic, { series, rounds, stepMs: steps.basic, warmRounds }),
  // 16 metrics an entity, 200 entities: a row of each every 10 s.
  throughput_with_groups: throughputOf(
    { ...config, agile_series_max: 0 },
    { series: 3_200, rounds, stepMs: steps.groups, warmRounds: warmRounds + 300 },
  ),
  throughput_with_agile: throughputOf(
    { ...config, multivariate, agile_series_max: agileSeries },
    { series: agileSeries, rounds, stepMs: steps.agile, warmRounds: warmRounds + 300 },
  ),
  thread_start_ms: await threadStart(),
}
console.log(JSON.stringify(report, null, 2))
