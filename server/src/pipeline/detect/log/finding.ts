import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'

/** A series that this watch makes: `number` is how points name it, until it is given out again for another. */
export type MadeSeries = { number: number; tenant: TenantId; labels: Labels; unit: string }

/** Points of made series as columns. */
export type MadePoints = { series: number[]; timesMs: number[]; values: number[] }

/** Something to tell that is no band of a series: what an anomaly needs that the one who saw it knows. */
export type Finding = {
  /** The same for all that is told of one matter. */
  key: string
  kind: 'OPENED' | 'UPDATED' | 'ENDED'
  tenant: TenantId
  /** What shows it over time. */
  series: { labels: Labels; unit: string }
  startedMs: number
  atMs: number
} & Pick<
  Anomaly,
  | 'shape'
  | 'severity'
  | 'tier'
  | 'expected'
  | 'actual'
  | 'deviation'
  | 'score'
  | 'confidence'
  | 'sentence'
  | 'pattern'
  | 'edge'
>

export const noPoints = (): MadePoints => ({ series: [], timesMs: [], values: [] })

/** Shapes of anomalies that are not a series out of its band: whoever finds them follows them. */
export const logShapes = ['NEW_PATTERN', 'PARAMETER_RANGE', 'BROKEN_SEQUENCE'] as const
export const traceShapes = ['NEW_EDGE'] as const
export const signalShapes: ReadonlySet<Anomaly['shape']> = new Set([...logShapes, ...traceShapes])
