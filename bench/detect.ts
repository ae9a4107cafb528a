import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { seededRandom } from '../server/src/kernel/random.ts'
import { Engine } from '../server/src/pipeline/detect/engine.ts'
import { DetectConfig, detectSeries } from '../server/src/pipeline/detect/index.ts'
import { openWorkerLink } from '../server/src/pipeline/detect/link.ts'
import { plainProfile } from '../server/src/pipeline/detect/profile.ts'
import { registrationsOf } from '../server/src/pipeline/detect/registration.ts'
import { settingsOf } from '../server/src/pipeline/detect/settings.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * What detection costs and finds: points per CPU-second on decoded batches, bytes a series, how long the thread takes to
 * start; and with --data the Numenta Anomaly Benchmark at the best threshold and at the one shipped.
 *   node bench/detect.ts [--series 10000] [--rounds 200] [--data ../shared/data/detection]
 */
const { values } = parseArgs({
  options: {
    series: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '200' },
    data: { type: 'string' },
  },
})
const config = DetectConfig.parse({})
const startMs = 1_700_000_000_000
/** As many series as the agile tier takes by default. */
const agileSeries = 2_000
const steps = { basic: 2_000, agile: 60_000 }

/** Points a step apart that the agile tier leaves alone, or takes in. */
function throughput(series: number, rounds: number, stepMs: number) {
  const engine = new Engine({ ...settingsOf(config), agileSeriesMax: series })
  const profile = plainProfile(config)
  const indexes = Array.from({ length: series }, (_, index) => index)
  engine.handle({
    kind: 'register',
    series: registrationsOf(
      indexes.map((index) => ({ index, profile, place: { entity: index >> 4, cohort: 0, steady: true } })),
    ),
  })
  const random = seededRandom(1)
  // Sums of uniform draws: near enough to noise, and cheap. One series in a thousand has a fault halfway.
  const noise = Float64Array.from({ length: 65_536 }, () => random.next() + random.next() + random.next())
  let usedS = 0
  let points = 0
  let transitions = 0
  for (let round = 0; round < rounds; round += 1) {
    const batch = {
      nowMs: startMs + round * stepMs,
      series: Uint32Array.from(indexes),
      timesMs: new Float64Array(series).fill(startMs + round * stepMs),
      values: Float64Array.from(indexes, (index) => {
        const faulty = index % 1_000 === 7 && round > rounds / 2 && round < rounds / 2 + 20
        return 100 + (faulty ? 500 : 0) + 5 * (noise[(index * 31 + round * 17) & 65_535] as number)
      }),
    }
    const before = cpuSeconds()
    transitions += engine.handle({ kind: 'points', ...batch }).transitions.length
    // The first rounds are a warm-up of the compiler.
    if (round < 40) continue
    usedS += cpuSeconds() - before
    points += series
  }
  return {
    series,
    points,
    points_per_cpu_second: Math.round(points / usedS),
    bytes_per_series: Math.round(engine.sizeBytes / series),
    transitions,
  }
}

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

type Corpus = readonly unknown[]
type Scorer = {
  geometry(timestamps: string[], windows: string[][]): object
  evaluate(
    corpus: Corpus,
    options?: { thresholds?: Record<string, number> },
  ): Record<
    string,
    {
      normalised: number
      threshold: number
      detected: number
      windows: number
      fpEpisodesPerSeriesDay: number
    }
  >
}

/** Scores of the Numenta Anomaly Benchmark, by the scorer that lies beside the data. */
async function numenta(data: string) {
  const scorer = (await import(pathToFileURL(join(data, 'nab-score.mjs')).href)) as Scorer
  const labels = JSON.parse(readFileSync(join(data, 'nab/labels/combined_windows.json'), 'utf8')) as Record<
    string,
    string[][]
  >
  const root = join(data, 'nab/data')
  let episodes = 0
  let days = 0
  const corpora = { scores: [] as unknown[], told: [] as unknown[] }
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.name.endsWith('.csv'),
  )
  for (const entry of files) {
    const file = join(entry.parentPath, entry.name)
    const rel = relative(root, file)
    const rows = readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => line.split(','))
    const stamps = rows.map(([stamp = '']) => stamp)
    const timesMs = stamps.map((stamp) => Date.parse(`${stamp.replace(' ', 'T')}Z`))
    const judged = detectSeries(
      timesMs,
      rows.map(([, value]) => Number(value)),
      config,
    )
    episodes += judged.filter(({ isAnomaly }, i) => isAnomaly && !judged[i - 1]?.isAnomaly).length
    days += ((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0)) / 86_400_000
    const windows = labels[rel] ?? []
    const shape = { rel, ts: stamps, nWin: windows.length, ...scorer.geometry(stamps, windows) }
    corpora.scores.push({ ...shape, score: Float64Array.from(judged, ({ score }) => score) })
    const began = judged.map(({ isAnomaly }, i) => (isAnomaly && !judged[i - 1]?.isAnomaly ? 1 : 0))
    corpora.told.push({ ...shape, score: Float64Array.from(began) })
  }
  const shipped = { standard: 0.5, reward_low_FP_rate: 0.5, reward_low_FN_rate: 0.5 }
  return {
    files: files.length,
    best_threshold: rounded(scorer.evaluate(corpora.scores)),
    at_score_half: rounded(scorer.evaluate(corpora.scores, { thresholds: shipped })),
    told_anomalies: rounded(scorer.evaluate(corpora.told, { thresholds: shipped })),
    episodes,
    episodes_per_series_day: Math.round((episodes / days) * 1_000) / 1_000,
  }
}

function rounded(found: ReturnType<Scorer['evaluate']>) {
  return Object.fromEntries(
    Object.entries(found).map(
      ([name, { normalised, threshold, detected, windows, fpEpisodesPerSeriesDay }]) => [
        name,
        {
          score: Math.round(normalised * 10) / 10,
          threshold: Math.round(threshold * 1_000) / 1_000,
          windows: `${detected}/${windows}`,
          false_episodes_per_series_day: Math.round(fpEpisodesPerSeriesDay * 1_000) / 1_000,
        },
      ],
    ),
  )
}

const report = {
  bench: 'detect',
  machine: machine(),
  throughput: throughput(Number(values.series), Number(values.rounds), steps.basic),
  throughput_with_agile: throughput(agileSeries, Number(values.rounds) + 300, steps.agile),
  thread_start_ms: await threadStart(),
  ...(values.data === undefined
    ? {}
    : { numenta: existsSync(values.data) ? await numenta(values.data) : `${values.data} is not there` }),
}
console.log(JSON.stringify(report, null, 2))
