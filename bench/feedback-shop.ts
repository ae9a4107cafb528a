import type { Labels } from '../contract/src/model/label.ts'
import { type Random, seededRandom } from '../server/src/kernel/random.ts'

/** What a planted stretch was to the people on call. */
export type Kind = 'REAL' | 'NOISE' | 'EXPECTED'
export type Planted = { series: number; kind: Kind; startMs: number; endMs: number }
/** What a series says from step `from` on. */
export type SimulatedSeries = { labels: Labels; from: number; values: Float64Array }
/** QUIET: only faults. BURSTY: harmless bursts besides. NIGHTLY: a batch every night besides. TOUCHY: bursts of that size are faults. */
type Character = 'QUIET' | 'BURSTY' | 'NIGHTLY' | 'TOUCHY'

export const stepMs = 300_000
export const dayMs = 86_400_000
export const perDay = dayMs / stepMs

const metrics: readonly { name: string; character: Character }[] = [
  { name: 'http.server.request.duration', character: 'QUIET' },
  { name: 'queue.depth', character: 'BURSTY' },
  { name: 'jvm.gc.pause', character: 'BURSTY' },
  { name: 'db.rows.read', character: 'NIGHTLY' },
  { name: 'payment.declined', character: 'TOUCHY' },
]
/** A service that is deployed often has other pods, and so other series, every so many days. */
const deployedEveryDays = 2

/**
 * Series of services with a daily wave and noise, and what happens to them: faults, bursts that are nobody's concern, batches of the
 * night. Bursts and faults overlap in size. Every second service is deployed every other day: what detection has got used to of its
 * series is gone then. The same seed gives the same world.
 */
export function simulate(
  seed: number,
  services: number,
  days: number,
  startMs: number,
): { series: SimulatedSeries[]; planted: Planted[] } {
  const random = seededRandom(seed)
  const series: SimulatedSeries[] = []
  const planted: Planted[] = []
  for (const { name, character } of metrics)
    for (let service = 0; service < services; service += 1) {
      const level = 20 + 80 * random.next()
      const noise = level * (0.02 + 0.03 * random.next())
      const values = Float64Array.from({ length: days * perDay }, (_, i) => {
        const wave = 0.05 * Math.sin((2 * Math.PI * i) / perDay)
        return level * (1 + wave) + noise * normal(random)
      })
      const isDeployed = service % 2 === 1
      const length = isDeployed ? deployedEveryDays * perDay : days * perDay
      const first = series.length
      for (let from = 0; from < values.length; from += length)
        series.push({
          labels: {
            ...{ __name__: name, 'service.name': `service-${service}` },
            ...(isDeployed ? { 'k8s.pod.name': `service-${service}-${from / length}` } : {}),
          },
          from,
          values: values.subarray(from, from + length),
        })
      for (const { kind, from, to } of happenings(random, character, days)) {
        const typical = kind === 'REAL' && character !== 'TOUCHY' ? 45 : 16
        const size = noise * typical * Math.exp(0.35 * normal(random))
        for (let i = from; i < to; i += 1) values[i] = (values[i] as number) + size
        const at = { startMs: startMs + from * stepMs, endMs: startMs + to * stepMs }
        planted.push({ series: first + Math.floor(from / length), kind, ...at })
      }
    }
  return { series, planted }
}

type Happening = { kind: Kind; from: number; to: number }

const happenings = (random: Random, character: Character, days: number): Happening[] => [
  ...eventsOf(random, 'REAL', days, 0.12, [6, 20]),
  ...(character === 'BURSTY' ? eventsOf(random, 'NOISE', days, 0.6, [2, 4]) : []),
  ...(character === 'TOUCHY' ? eventsOf(random, 'REAL', days, 0.25, [2, 4]) : []),
  ...(character === 'NIGHTLY' ? nightsOf(random, days) : []),
]

function eventsOf(
  random: Random,
  kind: Kind,
  days: number,
  aDay: number,
  [least, most]: readonly [number, number],
): Happening[] {
  const events: Happening[] = []
  for (let i = perDay / 2; i < days * perDay; i += 1) {
    if (random.next() > aDay / perDay) continue
    const length = least + Math.floor(random.next() * (most - least + 1))
    events.push({ kind, from: i, to: Math.min(days * perDay, i + length) })
    // What comes before the last has passed is one event to everybody.
    i += length + 24
  }
  return events
}

/** At two in the morning, a little earlier or later. */
const nightsOf = (random: Random, days: number): Happening[] =>
  Array.from({ length: days - 1 }, (_, day) => {
    const from = (day + 1) * perDay + 24 + Math.floor(random.next() * 3)
    return { kind: 'EXPECTED' as const, from, to: from + 6 + Math.floor(random.next() * 3) }
  })

/** Two uniform draws to one normal (Box and Muller 1958). */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
