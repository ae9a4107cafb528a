import { entityLabels } from '@aiops/contract/model/entity'
import type { LogRecord } from '@aiops/contract/model/log'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { StoredLog } from '../../../port/log-store.ts'

/** Who writes lines: the label that names it and the version it says it is. */
export type LineSource = { label: string; name: string; version: string }

/** Lines of one tenant as columns. `text` holds all messages, each ending where `ends` says. */
export type LineBlock = {
  tenant: TenantId
  /** Teaches what is usual and is never told: lines from the store. */
  history: boolean
  sources: LineSource[]
  source: Uint16Array
  level: Uint8Array
  timesMs: Float64Array
  /** A hash of the session or trace that the line belongs to; 0 for none. */
  session: Float64Array
  ends: Uint32Array
  text: string
}

/** Places of these are the levels of columns. */
export const levels = ['UNSPECIFIED', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
const levelOf: Readonly<Record<LogRecord['severity'], number>> = {
  UNSPECIFIED: 0,
  TRACE: 1,
  DEBUG: 2,
  INFO: 3,
  WARN: 4,
  ERROR: 5,
  FATAL: 6,
}
export const warnLevel = 4
export const errorLevel = 5
export const fatalLevel = 6

/** Of a message; what a reader could tell apart is told by then. */
export const lineCharsMax = 1_024
const sourcesMax = 65_535
const nameMax = 256

/** Columns of records [from, to). Lines of nobody, and of more sources than a block can name, are left out. */
export function lineBlockOf(
  tenant: TenantId,
  records: readonly StoredLog[],
  from: number,
  to: number,
  history: boolean,
): LineBlock {
  const size = to - from
  const source = new Uint16Array(size)
  const level = new Uint8Array(size)
  const timesMs = new Float64Array(size)
  const session = new Float64Array(size)
  const ends = new Uint32Array(size)
  const sources: LineSource[] = []
  const numbers = new Map<string, number>()
  const texts: string[] = []
  let [count, end] = [0, 0]
  let last: StoredLog['labels'] | undefined
  let number: number | undefined
  for (let at = from; at < to; at += 1) {
    const record = records[at] as StoredLog
    if (record.labels !== last) {
      last = record.labels
      number = numberOf(last, sources, numbers)
    }
    if (number === undefined) continue
    const { message } = record
    const text = message.length > lineCharsMax ? message.slice(0, lineCharsMax) : message
    source[count] = number
    level[count] = levelOf[record.severity]
    timesMs[count] = record.timeMs
    session[count] = sessionOf(record)
    end += text.length
    ends[count] = end
    texts.push(text)
    count += 1
  }
  return {
    tenant,
    history,
    sources,
    source: source.subarray(0, count),
    level: level.subarray(0, count),
    timesMs: timesMs.subarray(0, count),
    session: session.subarray(0, count),
    ends: ends.subarray(0, count),
    text: texts.join(''),
  }
}

function numberOf(
  labels: StoredLog['labels'],
  sources: LineSource[],
  numbers: Map<string, number>,
): number | undefined {
  for (const label of entityLabels) {
    const name = Object.hasOwn(labels, label) ? labels[label] : undefined
    if (!name || name.length > nameMax) continue
    const version = labels['service.version'] ?? ''
    const key = `${label}\u0000${name}\u0000${version}`
    const known = numbers.get(key)
    if (known !== undefined || sources.length >= sourcesMax) return known
    sources.push({ label, name, version: version.slice(0, nameMax) })
    numbers.set(key, sources.length - 1)
    return sources.length - 1
  }
  return undefined
}

const sessionNames = ['session.id', 'session_id'] as const

/** A named session before the trace: it is the longer story. */
function sessionOf({ attributes, traceId }: StoredLog): number {
  for (const name of sessionNames) {
    const id = Object.hasOwn(attributes, name) ? attributes[name] : undefined
    if (id) return hashOf(id)
  }
  return traceId === '' ? 0 : hashOf(traceId)
}

/** 52 bits of FNV-1a and a second mix, never 0. */
export function hashOf(text: string): number {
  let [a, b] = [0x811c9dc5, 0x9747b28c]
  const end = Math.min(text.length, 128)
  for (let at = 0; at < end; at += 1) {
    const code = text.charCodeAt(at)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code ^ (b >>> 15), 0x85ebca6b)
  }
  return (a >>> 6) * 67_108_864 + (b >>> 6) || 1
}
