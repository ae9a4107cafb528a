import { hourly } from '@aiops/contract/model/money'
import { ProviderName, type ProviderReading, ServiceName } from '@aiops/contract/model/provider'
import { isoTime } from '../../../kernel/clock.ts'
import type { TracePoint } from '../replay/trace.ts'

/** A sample to write, as any sender's. */
export type PlacementSample = { labels: Record<string, string>; timeMs: number; value: number }
/** A series over a period. */
export type SeriesHistory = {
  labels: Readonly<Record<string, string>>
  timesMs: ArrayLike<number>
  values: ArrayLike<number>
}
/** The newest sample of a series. */
export type NewestSample = { labels: Readonly<Record<string, string>>; timeMs: number; value: number }

export const seriesNames = {
  cost: 'swen_service_cost',
  latency: 'swen_service_latency',
  gpus: 'swen_service_gpus',
  credits: 'swen_service_credits',
  placement: 'swen_service_placement',
} as const

/** Series of the tenant's providers for PromQL; services empty: all. */
export function selectorOf(services: readonly string[]): string {
  const one = services
    .map((service) => service.replaceAll(/[.\\^$*+?()[\]{}|]/g, (c) => `\\\\${c}`))
    .join('|')
  return `{__name__=~"${Object.values(seriesNames).join('|')}"${services.length > 0 ? `,service=~"${one}"` : ''}}`
}

/** What was told as samples: they are the history, and ordinary detection watches them. `placed` says where a service runs. */
export function samplesOf(
  readings: readonly ProviderReading[],
  placed: (service: string) => string | undefined,
): PlacementSample[] {
  return readings.flatMap((reading) => {
    const { service, provider, region, instance, source } = reading
    const timeMs = Date.parse(reading.at)
    const labels = {
      service,
      provider,
      ...(region ? { region } : {}),
      ...(instance ? { instance } : {}),
      source,
    }
    const runs = placed(service)
    const sample = (name: string, value: number | null): PlacementSample[] =>
      value === null ? [] : [{ labels: { __name__: name, ...labels }, timeMs, value }]
    return [
      ...sample(seriesNames.cost, reading.cost_hourly_usd),
      ...sample(seriesNames.latency, reading.latency_ms),
      ...sample(seriesNames.gpus, reading.available_gpus),
      ...sample(seriesNames.credits, reading.credits),
      ...sample(seriesNames.placement, runs === undefined ? null : runs === provider ? 1 : 0),
    ]
  })
}

/** Series back into points, for replays, outcomes and windows after a restart. Labels are somebody's text: names that are none are left out. */
export function* pointsOf(series: readonly SeriesHistory[]): Generator<TracePoint> {
  for (const { labels, timesMs, values } of series) {
    const field = fieldOf(labels.__name__)
    const pair = pairOf(labels)
    if (!field || !pair) continue
    for (let at = 0; at < timesMs.length; at += 1) {
      const value = values[at]!
      if (Number.isFinite(value)) yield pointOf(pair, field, timesMs[at]!, value)
    }
  }
}

/** Newest samples of others' exporters as readings, each pair and source one, as old as its oldest part. */
export function readingsOf(samples: readonly NewestSample[]): {
  readings: ProviderReading[]
  placements: { service: string; provider: string; atMs: number }[]
} {
  const found = new Map<string, { reading: ProviderReading; atMs: number }>()
  const placements: { service: string; provider: string; atMs: number }[] = []
  for (const { labels, timeMs, value } of samples) {
    const field = fieldOf(labels.__name__)
    const pair = pairOf(labels)
    if (!field || !pair || !Number.isFinite(value)) continue
    if (field === 'placement') {
      if (value === 1) placements.push({ service: pair.service, provider: pair.provider, atMs: timeMs })
      continue
    }
    const source = (labels.source ?? labels.job ?? 'metrics').slice(0, 200) || 'metrics'
    const key = `${pair.service}\n${pair.provider}\n${source}`
    const { cost_hourly_usd, latency_ms, credits, available_gpus } = pointOf(pair, field, timeMs, value)
    const known = found.get(key)
    if (!known) {
      const reading = {
        ...pair,
        cost_hourly_usd,
        latency_ms,
        credits,
        available_gpus,
        at: isoTime(timeMs),
        source,
      }
      found.set(key, { reading, atMs: timeMs })
      continue
    }
    const { reading } = known
    reading.cost_hourly_usd ??= cost_hourly_usd
    reading.latency_ms ??= latency_ms
    reading.credits ??= credits
    reading.available_gpus ??= available_gpus
    if (timeMs < known.atMs) known.atMs = timeMs
    reading.at = isoTime(known.atMs)
  }
  return { readings: [...found.values()].map(({ reading }) => reading), placements }
}

type Field = keyof typeof seriesNames
type PairLabels = { service: string; provider: string; region: string | null; instance: string | null }

const fields = new Map<string, Field>(
  Object.entries(seriesNames).map(([field, name]) => [name, field as Field]),
)
const fieldOf = (name: string | undefined): Field | undefined => fields.get(name ?? '')

function pairOf(labels: Readonly<Record<string, string>>): PairLabels | undefined {
  const service = ServiceName.safeParse(labels.service)
  const provider = ProviderName.safeParse(labels.provider)
  if (!service.success || !provider.success) return undefined
  const short = (text: string | undefined): string | null => (text ? text.slice(0, 128) : null)
  return {
    ...{ service: service.data, provider: provider.data },
    ...{ region: short(labels.region), instance: short(labels.instance) },
  }
}

function pointOf(pair: PairLabels, field: Field, timeMs: number, value: number): TracePoint {
  return {
    ...{ ...pair, timeMs, placed: field === 'placement' && value === 1 },
    cost_hourly_usd: field === 'cost' && value >= 0 ? hourly(value) : null,
    latency_ms: field === 'latency' && value >= 0 ? value : null,
    credits: field === 'credits' ? Math.min(1, Math.max(0, value)) : null,
    available_gpus: field === 'gpus' && value >= 0 ? Math.floor(value) : null,
  }
}
