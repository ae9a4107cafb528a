import { deserialize, serialize } from 'node:v8'
import { messageOf } from '../../../kernel/fault.ts'
import type { Detector } from '../detector.ts'
import type { Groups } from '../multivariate/index.ts'
import type { Profile } from '../rule/profile.ts'
import type { Budgets } from '../rule/rule-budget.ts'
import type { Thresholds } from '../rule/rule-threshold.ts'
import type { Seasonal } from '../rule/seasonal.ts'
import { narrowColumn, rowBytes, smallColumn, wholeColumn, wideColumn } from '../series-rows.ts'
import type { Silence } from '../silence.ts'
import { coarseSize } from '../trend-memory.ts'

/** To be raised when what is kept means something else than before, though it looks the same. */
const version = 1

/** All that an engine holds, in memory of its own. Of what is registered anew after a restart (profiles) nothing. */
export type EngineSnapshot = {
  nowMs: number
  budgetMs: number
  entities: Uint32Array<ArrayBuffer>
  cohorts: Uint32Array<ArrayBuffer>
  tenants: Uint32Array<ArrayBuffer>
  steady: Uint8Array<ArrayBuffer>
  special: Uint8Array<ArrayBuffer>
  plain: Map<number, Profile>
  detector: ReturnType<Detector['save']>
  silence: ReturnType<Silence['save']>
  thresholds: ReturnType<Thresholds['save']>
  budgets: ReturnType<Budgets['save']>
  seasonal: ReturnType<Seasonal['save']>
  groups: ReturnType<Groups['save']>
}

/** Arrays are copied as they are in memory (structured clone's binary form, as V8 writes it). */
export function packed(snapshot: EngineSnapshot): Uint8Array<ArrayBuffer> {
  // In memory of its own, so that it can be handed to another thread.
  return new Uint8Array(serialize({ version, layout: layoutOf(snapshot), snapshot }))
}

/** What was packed, or why it cannot be used: written by another version, or no snapshot at all. */
export function unpacked(bytes: Uint8Array): EngineSnapshot | string {
  try {
    const found = deserialize(bytes) as { version: number; layout: string; snapshot: EngineSnapshot }
    if (found.version !== version) return `it is of version ${found.version}, this program writes ${version}`
    if (found.layout !== layoutOf(found.snapshot))
      return 'it was written by a version that keeps other things'
    return owned(found.snapshot) as EngineSnapshot
  } catch (error) {
    return `it cannot be read: ${messageOf(error).slice(0, 200)}`
  }
}

const columns = JSON.stringify([wideColumn, narrowColumn, wholeColumn, smallColumn])

/** What is kept, by name and kind, and how wide rows are. Contents do not count. */
const layoutOf = (snapshot: EngineSnapshot): string =>
  `${rowBytes} ${columns} ${coarseSize} ${shapeOf(snapshot)}`

function shapeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value
  const kind = value.constructor.name
  if (kind !== 'Object') return kind
  const entries = Object.entries(value).map(([name, part]) => `${name}:${shapeOf(part)}`)
  return `{${entries.sort().join(',')}}`
}

/** Arrays that were read are views of one memory; each is to be able to grow by itself. */
function owned(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return (value as Float64Array).slice()
  if (typeof value !== 'object' || value === null || value.constructor !== Object) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, owned(part)]))
}
