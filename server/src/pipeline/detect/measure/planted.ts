import type { Labels } from '@aiops/contract/model/label'
import { type Random, seededRandom } from '../../../kernel/random.ts'
import type { SeriesMeta } from '../../../port/metric-store.ts'

/** A made series: its values, and the stretch that is planted in it; none in a look-alike. Ends included. */
export type PlantedSeries = {
  family: string
  labels: Labels
  meta: SeriesMeta
  values: number[]
  event?: { kind: string; from: number; to: number }
}

type Draw = { random: Random; next: () => number; gaussian: () => number }
type Family = {
  name: string
  labels: Labels
  meta: SeriesMeta
  /** Usual size of its noise: what events are sized by. */
  noise: number
  /** Values below this do not exist. */
  least: number
  make: (draw: Draw) => (i: number) => number
}

export const plantedPoints = 480
const historyMin = 60
const gauge = (unit?: string): SeriesMeta => ({ kind: 'GAUGE', ...(unit === undefined ? {} : { unit }) })
const named = (name: string): Labels => ({ __name__: name, 'service.name': 'made' })

/** Healthy series of many kinds, some of which look ill: rare bursts, heavy tails, jobs, waves, steps that are planned. */
const families: readonly Family[] = [
  {
    ...{ name: 'noise', labels: named('queue.depth'), meta: gauge(), noise: 5, least: 0 },
    make:
      ({ gaussian }) =>
      () =>
        100 + 5 * gaussian(),
  },
  {
    ...{
      name: 'heavy tails',
      labels: named('pool.wait'),
      meta: gauge(),
      noise: 6,
      least: Number.NEGATIVE_INFINITY,
    },
    make:
      ({ gaussian }) =>
      () =>
        60 + (6 * gaussian()) / Math.sqrt((gaussian() ** 2 + gaussian() ** 2 + gaussian() ** 2) / 3),
  },
  {
    ...{ name: 'autocorrelated', labels: named('backlog'), meta: gauge(), noise: 8, least: 0 },
    make: ({ gaussian }) => {
      let state = 0
      return () => {
        state = 0.93 * state + 3 * gaussian()
        return 80 + state
      }
    },
  },
  {
    ...{ name: 'latency', labels: named('http.duration:p95'), meta: gauge('s'), noise: 0.02, least: 0 },
    make:
      ({ gaussian }) =>
      () =>
        0.06 * Math.exp(0.3 * gaussian()),
  },
  {
    ...{
      name: 'latency with slow requests',
      labels: named('http.duration:p95'),
      meta: gauge('s'),
      noise: 0.03,
      least: 0,
    },
    make:
      ({ gaussian, next }) =>
      () =>
        0.06 * Math.exp(0.25 * gaussian()) * (next() < 0.02 ? 3 + 3 * next() : 1),
  },
  {
    ...{ name: 'failures', labels: named('http.error_ratio'), meta: gauge('1'), noise: 0.03, least: 0 },
    make:
      ({ next }) =>
      () =>
        next() < 0.04 ? next() / 8 : 0,
  },
  {
    ...{ name: 'arrivals', labels: named('http.requests:rate'), meta: gauge('1/s'), noise: 2.5, least: 0 },
    make:
      ({ gaussian }) =>
      () =>
        Math.max(0, 9 + 2.5 * gaussian()),
  },
  {
    ...{ name: 'wave', labels: named('sessions'), meta: gauge(), noise: 4, least: 0 },
    make: ({ gaussian, next }) => {
      const period = 60 + 120 * next()
      return (i) => 100 + 30 * Math.sin((2 * Math.PI * i) / period) + 4 * gaussian()
    },
  },
  {
    ...{ name: 'job', labels: named('disk.io'), meta: gauge(), noise: 4, least: 0 },
    make: ({ gaussian, next }) => {
      const every = 40 + Math.floor(60 * next())
      const size = 15 + 60 * next()
      return (i) => 40 + (i % every < 4 ? size : 0) + 4 * gaussian()
    },
  },
  {
    ...{ name: 'memory', labels: named('process.memory.usage'), meta: gauge('By'), noise: 8e6, least: 0 },
    make: ({ gaussian, next }) => {
      const every = 20 + Math.floor(40 * next())
      return (i) => 2e8 + 4e7 * ((i % every) / every) + 4e6 * gaussian()
    },
  },
  {
    ...{ name: 'planned steps', labels: named('workers.busy'), meta: gauge(), noise: 3, least: 0 },
    make: ({ gaussian, next }) => {
      let level = 50
      return () => {
        if (next() < 0.01) level = 50 + 8 * gaussian()
        return level + 3 * gaussian()
      }
    },
  },
  {
    ...{ name: 'rare bursts', labels: named('gc.pause'), meta: gauge(), noise: 3, least: 0 },
    make: ({ gaussian, next }) => {
      let left = 0
      let size = 0
      return () => {
        if (left === 0 && next() < 0.004) {
          left = 1 + Math.floor(4 * next())
          size = 15 + 25 * next()
        }
        if (left > 0) left -= 1
        return 30 + 3 * gaussian() + (left > 0 ? size : 0)
      }
    },
  },
]

type Change = (value: number, since: number, share: number, size: number, draw: Draw) => number
const events: Readonly<Record<string, Change>> = {
  spike: (value, _since, _share, size) => value + size,
  level: (value, _since, _share, size) => value + size,
  drop: (value, _since, _share, size) => value - size,
  ramp: (value, _since, share, size) => value + size * share,
  restless: (value, _since, _share, size, { gaussian }) => value + size * gaussian(),
  hang: (value) => value,
  gaps: (value, since, _share, size) => (since % 4 < 2 ? value + size : value),
}
const kinds = Object.keys(events)

/** Half of them with an event of a random kind, from hardly visible to plain; the rest are look-alikes, healthy throughout. */
export function plantedSeries(seed: number, count: number): PlantedSeries[] {
  const random = seededRandom(seed)
  const next = (): number => random.next()
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const draw: Draw = { random, next, gaussian }
  return Array.from({ length: count }, (_, i) => {
    const family = families[Math.floor(next() * families.length)] as Family
    const at = family.make(draw)
    const values = Array.from({ length: plantedPoints }, (_, point) => at(point))
    const { name, labels, meta, least } = family
    const made: PlantedSeries = { family: name, labels, meta, values }
    if (i % 2 === 0) made.event = plant(values, family, draw)
    made.values = values.map((value) => Math.max(least, value))
    return made
  })
}

function plant(values: number[], { noise }: Family, draw: Draw): { kind: string; from: number; to: number } {
  const kind = kinds[Math.floor(draw.next() * kinds.length)] as string
  const change = events[kind] as Change
  const length = kind === 'spike' ? 1 + Math.floor(3 * draw.next()) : 15 + Math.floor(60 * draw.next())
  const from = historyMin + Math.floor(draw.next() * (values.length - historyMin - length - 20))
  const size = noise * Math.exp(Math.log(1.5) + draw.next() * Math.log(16))
  for (let i = from; i < from + length; i += 1)
    values[i] =
      kind === 'hang'
        ? (values[from] as number)
        : change(values[i] as number, i - from, (i - from) / length, size, draw)
  return { kind, from, to: from + length - 1 }
}
