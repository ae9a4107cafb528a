import { seededRandom } from '../../../kernel/random.ts'
import type { DetectConfig } from '../config.ts'
import { Engine } from '../engine.ts'
import { registrationsOf } from '../registration.ts'
import { plainProfile } from '../rule/profile.ts'
import { settingsOf } from '../settings.ts'

export type Throughput = {
  series: number
  points: number
  cpu_seconds: number
  points_per_cpu_second: number
  bytes_per_series: number
  /** What one round of all series costs, as a share of the time until the next. */
  cores: number
  transitions: number
}
export type Load = {
  series: number
  rounds: number
  stepMs: number
  /** Rounds that warm up the compiler and fill rings; not counted. */
  warmRounds: number
}

const startMs = 1_700_000_000_000
const noiseSize = 65_536

/**
 * What judging costs on decoded batches: levels with noise, every fifth series with a daily wave, and in one of a thousand a
 * fault halfway. The making of the points is not counted.
 */
export function throughputOf(config: DetectConfig, { series, rounds, stepMs, warmRounds }: Load): Throughput {
  const engine = new Engine(settingsOf(config))
  const profile = plainProfile(config)
  const indexes = Uint32Array.from({ length: series }, (_, index) => index)
  engine.handle({
    kind: 'register',
    series: registrationsOf(
      Array.from(indexes, (index) => ({
        index,
        profile,
        place: { entity: index >> 4, cohort: 0, steady: true },
      })),
    ),
  })
  const random = seededRandom(1)
  // Sums of uniform draws: near enough to noise, and cheap.
  const noise = Float64Array.from(
    { length: noiseSize },
    () => random.next() + random.next() + random.next() - 1.5,
  )
  const values = new Float64Array(series)
  let usedS = 0
  let points = 0
  let transitions = 0
  for (let round = 0; round < warmRounds + rounds; round += 1) {
    const half = warmRounds + rounds / 2
    const faulty = round > half && round < half + 20
    const wave = 20 * Math.sin((2 * Math.PI * round * stepMs) / 86_400_000)
    for (let index = 0; index < series; index += 1)
      values[index] =
        100 +
        (faulty && index % 1_000 === 7 ? 500 : 0) +
        (index % 5 === 0 ? wave : 0) +
        5 * (noise[(index * 31 + round * 17) & (noiseSize - 1)] as number)
    const nowMs = startMs + round * stepMs
    const timesMs = new Float64Array(series).fill(nowMs)
    const before = process.cpuUsage()
    transitions += engine.handle({ kind: 'points', nowMs, series: indexes, timesMs, values }).transitions
      .length
    if (round < warmRounds) continue
    const { user, system } = process.cpuUsage(before)
    usedS += (user + system) / 1e6
    points += series
  }
  return {
    series,
    points,
    cpu_seconds: usedS,
    points_per_cpu_second: Math.round(points / usedS),
    bytes_per_series: Math.round(engine.sizeBytes / series),
    cores: usedS / ((rounds * stepMs) / 1_000),
    transitions,
  }
}
