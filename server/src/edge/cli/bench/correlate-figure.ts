import type { Interleavings } from '../../../pipeline/correlate/index.ts'
import type { Storm } from './alert-storm.ts'
import { atLeast, atMost, type Figure, stated } from './figure.ts'
import type { PartitionScore } from './partition-score.ts'

export type CorrelationMeasured = {
  /** Sentences about what could not be measured. */
  missing: string[]
  streams: ({ name: string } & PartitionScore)[]
  interleavings: ({ spreadS: number } & Interleavings)[]
  throughput?: Storm
  storm?: Storm
}

export function correlationFigures(measured: CorrelationMeasured): Figure[] {
  const { streams, throughput, storm } = measured
  return [
    ...streamFigures(streams),
    ...measured.interleavings.map(({ spreadS, runs, other }) =>
      spreadS <= 6
        ? atMost(`${runs} random orders of a burst that end otherwise than in order`, other, 0, '–', 0)
        : stated(`the same, alerts begin over ${spreadS} s and come up to 60 s late`, other, 0),
    ),
    ...(throughput
      ? [
          atLeast(
            'alerts persisted and correlated a CPU-second, over HTTP',
            throughput.stored / throughput.cpuSeconds,
            25_000,
            'Alertmanager 26,000, neither persisted nor correlated',
            0,
          ),
        ]
      : []),
    ...(storm ? stormFigures(storm) : []),
  ]
}

function streamFigures(streams: CorrelationMeasured['streams']): Figure[] {
  if (streams.length === 0) return []
  const mean = (read: (stream: PartitionScore) => number): number =>
    streams.reduce((sum, stream) => sum + read(stream), 0) / streams.length
  const missed = streams.reduce((sum, { criticalMissed }) => sum + criticalMissed, 0)
  return [
    atLeast(
      'F1 over pairs of events, mean of the streams',
      mean(({ pairF1 }) => pairF1),
      0.8,
      'best simple rule .57',
      3,
    ),
    atLeast(
      'adjusted Rand index, mean of the streams',
      mean(({ ari }) => ari),
      0.8,
      '–',
      3,
    ),
    atLeast(
      'compression, mean of the streams',
      mean(({ compression }) => compression),
      0.93,
      'window + hops .96 at F1 .16',
      3,
    ),
    atMost('critical alerts missed and not covered', missed, 0, '–', 0),
    ...streams.map(({ name, pairF1 }) => stated(`F1 over pairs of events, ${name}`, pairF1, 3)),
  ]
}

const stormFigures = ({ sent, stored, incidents, seconds, cpuSeconds, waitedMs }: Storm): Figure[] => [
  atMost(`storm of ${sent} alerts: lost`, sent - stored, 0, '–', 0),
  atMost('storm of 200 causes: incidents', incidents, 300, '–', 0),
  atMost('storm: p95 of the API meanwhile, ms', quantile(waitedMs, 0.95), 200, '–', 0),
  stated('storm: p50 of the API meanwhile, ms', quantile(waitedMs, 0.5), 0),
  stated('storm: seconds it took', seconds, 1),
  stated('storm: CPU seconds of the server, diagnoses included', cpuSeconds, 1),
]

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
