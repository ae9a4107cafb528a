import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../kernel/fault.ts'
import type { RemotePoints, RemoteValue } from '../../../port/cluster-backend.ts'
import { ABSENT, HISTOGRAM, NUMBER, type StepSeries, type Steps } from '../promql/value.ts'

/** Labels of a cluster's series as the fleet sees them; a label of the same name that was there is kept as `exported_…`, as a scrape does. */
export function inCluster(labels: Labels, cluster: string, clusterLabel: string): Labels {
  const own = labels[clusterLabel]
  return own === undefined
    ? { ...labels, [clusterLabel]: cluster }
    : { ...labels, [`exported_${clusterLabel}`]: own, [clusterLabel]: cluster }
}

/** A backend's answer as columns over the steps of the query. Throws UPSTREAM_FAILED for a point that lies on no step. */
export function stepSeriesOf(
  value: RemoteValue,
  steps: Steps,
  cluster: string,
  clusterLabel: string,
): StepSeries[] {
  if (value.type === 'scalar' || value.type === 'string')
    throw new Fault('UPSTREAM_FAILED', `It answered with a ${value.type} where a vector was asked for.`)
  const series: RemotePoints[] =
    value.type === 'matrix'
      ? value.series
      : value.samples.map(({ labels, timeMs, value: number, histogram }) => ({
          labels,
          timesMs: histogram ? [] : [timeMs],
          values: histogram ? [] : [number],
          histograms: histogram ? [{ timeMs, histogram }] : [],
        }))
  return series.map((points) => columnsOf(points, steps, inCluster(points.labels, cluster, clusterLabel)))
}

function columnsOf(points: RemotePoints, steps: Steps, labels: Labels): StepSeries {
  const values = new Float64Array(steps.count)
  const kinds = new Uint8Array(steps.count).fill(ABSENT)
  points.timesMs.forEach((timeMs, i) => {
    const step = stepOf(timeMs, steps)
    values[step] = points.values[i]!
    kinds[step] = NUMBER
  })
  if (points.histograms.length === 0) return { labels, dropName: false, values, kinds }
  const histograms: StepSeries['histograms'] = new Array(steps.count).fill(undefined)
  for (const { timeMs, histogram } of points.histograms) {
    const step = stepOf(timeMs, steps)
    histograms[step] = histogram
    kinds[step] = HISTOGRAM
  }
  return { labels, dropName: false, values, kinds, histograms }
}

function stepOf(timeMs: number, { startMs, stepMs, count }: Steps): number {
  const step = count === 1 ? (timeMs === startMs ? 0 : -1) : (timeMs - startMs) / stepMs
  if (!Number.isInteger(step) || step < 0 || step >= count)
    throw new Fault('UPSTREAM_FAILED', 'It answered with a point at a moment that was not asked for.')
  return step
}
