import { ProviderName, ProviderReading, ServiceName } from '@aiops/contract/model/provider'
import { isoTime } from '../../../kernel/clock.ts'

export type Refusal = { path: string; message: string }
export type Told = {
  readings: ProviderReading[]
  placements: { service: string; provider: string }[]
  refused: Refusal[]
}
/** What the API takes: our form, or the described one. */
export type TelemetryBody =
  | {
      source: string
      readings: readonly Omit<ProviderReading, 'source'>[]
      placements: readonly { service: string; provider: string }[]
    }
  | Record<string, Record<string, unknown>>

/** A clock may be ahead by this; what is dated later is refused, for it would hide all that comes after it. */
const aheadMsMax = 5 * 60_000
/** A minute less than the store of series takes; an older one would spoil the readings that are written beside it. */
export const behindMsMax = 59 * 60_000
const costMax = 1e6
const readingsMax = 100_000
const refusedMax = 100

/** Readings and placements out of a body. Each reading is checked by itself: one that is wrong is refused and disturbs no other. */
export function readTelemetry(
  body: TelemetryBody,
  sourceOtherwise: string,
  nowMs: number,
  oldestMs = Number.NEGATIVE_INFINITY,
): Told {
  const told = isOurs(body) ? ours(body) : described(body, sourceOtherwise, nowMs)
  const taken: ProviderReading[] = []
  const refused = told.refused
  for (const [place, reading] of told.readings.slice(0, readingsMax).entries()) {
    const problem = problemOf(reading, nowMs, oldestMs)
    if (problem === undefined) taken.push(reading)
    else if (refused.length < refusedMax)
      refused.push({
        path: `${reading.service}.${reading.provider}`,
        message: `reading ${place}: ${problem}`,
      })
  }
  return { readings: taken, placements: told.placements, refused }
}

const isOurs = (body: TelemetryBody): body is Extract<TelemetryBody, { source: string }> =>
  typeof (body as { source?: unknown }).source === 'string' &&
  Array.isArray((body as { readings?: unknown }).readings)

const ours = (body: Extract<TelemetryBody, { source: string }>): Told => ({
  readings: body.readings.map((reading) => ({ ...reading, source: body.source })),
  placements: [...body.placements],
  refused: [],
})

/** `{service: {current_provider, provider: {cost, latency, credits, available_gpus, region, instance, timestamp}}}`. */
function described(body: Record<string, Record<string, unknown>>, source: string, nowMs: number): Told {
  const told: Told = { readings: [], placements: [], refused: [] }
  const refuse = (path: string, message: string): void => {
    if (told.refused.length < refusedMax) told.refused.push({ path, message })
  }
  for (const [service, fields] of Object.entries(body)) {
    if (!ServiceName.safeParse(service).success) refuse(service.slice(0, 200), 'is no name of a service')
    else
      for (const [name, value] of Object.entries(fields ?? {})) {
        const path = `${service}.${name.slice(0, 64)}`
        if (name === 'current_provider') {
          const provider = ProviderName.safeParse(value)
          if (provider.success) told.placements.push({ service, provider: provider.data })
          else refuse(path, 'is no name of a provider')
          continue
        }
        if (!ProviderName.safeParse(name).success || typeof value !== 'object' || value === null) {
          refuse(path, 'is no reading of a provider')
          continue
        }
        const reading = readingOf(service, name, value as Record<string, unknown>, source, nowMs)
        if (typeof reading === 'string') refuse(path, reading)
        else if (told.readings.length < readingsMax) told.readings.push(reading)
      }
  }
  return told
}

/** Fields that are missing are unknown; one that is there and wrong makes the reading wrong. */
function readingOf(
  service: string,
  provider: string,
  from: Record<string, unknown>,
  source: string,
  nowMs: number,
): ProviderReading | string {
  const at = from.timestamp === undefined ? isoTime(nowMs) : utcOf(from.timestamp)
  const parsed = ProviderReading.safeParse({
    ...{ service, provider, at },
    cost_hourly_usd: from.cost ?? from.cost_hourly_usd ?? null,
    latency_ms: from.latency ?? from.latency_ms ?? null,
    ...{ credits: from.credits ?? null, available_gpus: from.available_gpus ?? null },
    ...{ region: from.region ?? null, instance: from.instance ?? null },
    source: typeof from.source === 'string' && from.source !== '' ? from.source.slice(0, 200) : source,
  })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`
}

/** The described files stamp in UTC, some without saying so. */
const utcOf = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value) ? `${value}Z` : value

function problemOf(reading: ProviderReading, nowMs: number, oldestMs: number): string | undefined {
  const atMs = Date.parse(reading.at)
  if (!Number.isFinite(atMs)) return 'its time cannot be read'
  if (atMs > nowMs + aheadMsMax) return `its time is ${Math.round((atMs - nowMs) / 1_000)} s ahead`
  if (atMs < oldestMs) return `its time is ${Math.round((nowMs - atMs) / 1_000)} s ago`
  const cost = reading.cost_hourly_usd
  if (cost !== null && !(cost >= 0 && cost <= costMax))
    return `cost ${cost} is no rate of 0 to ${costMax} $/h`
  if (reading.latency_ms !== null && !(reading.latency_ms <= 1e7)) return 'latency is above 10,000 s'
  const empty = [cost, reading.latency_ms, reading.credits, reading.available_gpus].every(
    (value) => value === null,
  )
  return empty ? 'says nothing of cost, latency, credits or GPUs' : undefined
}
