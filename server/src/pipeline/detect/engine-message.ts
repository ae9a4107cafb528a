import type { DetectionTier } from '@aiops/contract/model/anomaly'
import type { DetectorFilter, DetectorRow } from './inquiry/detector-row.ts'
import type { Opened, Transition } from './opened.ts'
import type { Registrations, Reprofiled } from './registration.ts'

/** Points as columns: `series` are indexes given by registration. `nowMs` is the platform's clock. */
export type PointColumns = { nowMs: number; series: Uint32Array; timesMs: Float64Array; values: Float64Array }

export type EngineQuestion =
  | { kind: 'detectors'; indexes: Uint32Array; filter: DetectorFilter; nowMs: number }
  | { kind: 'funnel'; tenant: number; indexes: Uint32Array }
  | { kind: 'snapshot'; nowMs: number }
  /** To go on from a snapshot; nothing may have been registered. */
  | { kind: 'restore'; bytes: Uint8Array<ArrayBuffer>; nowMs: number }

export type EngineCommand =
  | { kind: 'register'; series: Registrations }
  | { kind: 'reprofile'; series: Reprofiled }
  | { kind: 'release'; indexes: number[] }
  | { kind: 'adopt'; index: number; opened: Opened }
  /** Points of these are passed over from now on, or again judged. */
  | { kind: 'hold'; indexes: Uint32Array; held: boolean }
  | ({ kind: 'points' } & PointColumns)
  | { kind: 'tick'; nowMs: number }
  /** Nobody listened for `gapMs` until now. */
  | { kind: 'away'; nowMs: number; gapMs: number }
  | { kind: 'ask'; id: number; question: EngineQuestion }

export type FunnelCounts = {
  learning: number
  agileSeries: number
  points: number
  agilePoints: number
  /** Of those, the points in which the robust tier had the say. */
  robustPoints: number
  anomalies: Record<DetectionTier, number>
  /** Of this process: what judging cost, all tiers and the agile one, by points; undefined where it was not measured. */
  cpuMs: number | undefined
  agileCpuMs: number | undefined
  allPoints: number
  allAgilePoints: number
  sizeBytes: number
}

export type EngineAnswer =
  | { kind: 'detectors'; rows: DetectorRow[]; total: number }
  | { kind: 'funnel'; counts: FunnelCounts }
  | { kind: 'snapshot'; bytes: Uint8Array<ArrayBuffer> }
  /** `refused` says why a snapshot could not be gone on from. */
  | { kind: 'restore'; refused?: string }

/** Answers a command: how many points it judged, and what came of them, in order. */
export type EngineReply = {
  points: number
  transitions: Transition[]
  answer?: { id: number; answer: EngineAnswer }
}
