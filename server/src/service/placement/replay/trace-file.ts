import { durationMs } from '@aiops/contract/model/time'
import { Fault } from '../../../kernel/fault.ts'
import { readTelemetry, type TelemetryBody } from '../provider/reading.ts'
import { type Trace, TraceBuilder } from './trace.ts'

const linesMax = 2_000_000
/** Files may be of any time; what has no time of its own gets this one, and has no room. */
const latestMs = 4_000_000_000_000

/**
 * Telemetry out of a file: JSONL, a line a reading or a whole body of either form that the API takes; or CSV with the fields of a reading as
 * its first line. Lines that are neither are left out and counted; where none is right it throws VALIDATION_FAILED.
 */
export function readTraceText(text: string, step = '1m'): { trace: Trace; left: number } {
  const lines = text.split('\n', linesMax).map((line) => line.trim())
  const rows = lines.filter((line) => line !== '')
  const isJson = rows[0]?.startsWith('{') ?? true
  const header = isJson ? [] : (rows[0] ?? '').split(',').map((cell) => cell.trim())
  const bodies: TelemetryBody[] = []
  let left = 0
  for (const row of isJson ? rows : rows.slice(1)) {
    const body = isJson ? bodyOf(jsonOf(row)) : bodyOf(recordOf(header, row))
    if (body) bodies.push(body)
    else left += 1
  }
  return traceOf(bodies, durationMs(step), left)
}

function traceOf(
  bodies: readonly TelemetryBody[],
  stepMs: number,
  left: number,
): { trace: Trace; left: number } {
  const told = bodies.map((body) => readTelemetry(body, 'file', latestMs))
  const readings = told.flatMap((one) =>
    one.readings.map((reading) => ({ ...reading, timeMs: Date.parse(reading.at) })),
  )
  if (readings.length === 0)
    throw new Fault(
      'VALIDATION_FAILED',
      'There is no reading in it: give JSON lines or CSV with service, provider, cost_hourly_usd and at.',
    )
  let startMs = Number.POSITIVE_INFINITY
  let endMs = 0
  for (const { timeMs } of readings) {
    startMs = Math.min(startMs, timeMs)
    endMs = Math.max(endMs, timeMs)
  }
  const builder = new TraceBuilder(startMs, endMs, stepMs)
  for (const reading of readings) builder.add(reading)
  for (const one of told) {
    const atMs = one.readings.reduce((least, { at }) => Math.min(least, Date.parse(at)), endMs)
    for (const { service, provider } of one.placements) builder.place(service, provider, atMs)
  }
  return {
    trace: builder.trace(),
    left: left + builder.left + told.reduce((sum, { refused }) => sum + refused.length, 0),
  }
}

/** A single reading becomes a body of one. */
function bodyOf(value: unknown): TelemetryBody | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const record = value as Record<string, unknown>
  if (typeof record.provider !== 'string' || typeof record.service !== 'string')
    return record as TelemetryBody
  const { service, provider, at, current_provider: current, source, ...rest } = record
  const reading = { ...rest, timestamp: at ?? rest.timestamp, source }
  const placed = typeof current === 'string' && current !== '' ? { current_provider: current } : {}
  return { [service]: { ...placed, [provider]: reading } }
}

function recordOf(header: readonly string[], row: string): Record<string, unknown> {
  const cells = row.split(',')
  return Object.fromEntries(
    header.flatMap((name, at) => {
      const cell = (cells[at] ?? '').trim()
      if (cell === '') return []
      return [[name, numeric.has(name) ? Number(cell) : cell]]
    }),
  )
}

const numeric = new Set(['cost', 'cost_hourly_usd', 'latency', 'latency_ms', 'credits', 'available_gpus'])

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
