import type { Api } from '@aiops/contract/api/index'
import type { HandlerInput, OperationOutput } from '@aiops/contract/api/operation'
import type { Matcher } from '@aiops/contract/model/label'
import type { Series, Window } from '@aiops/contract/model/series'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import { quantileWindows } from '../../../pipeline/stream/index.ts'
import { parseSelector } from '../../../service/telemetry/index.ts'
import type { HandlerDeps } from '../handler-deps.ts'

type Deps = Pick<HandlerDeps, 'stream' | 'telemetry'>
type Query = HandlerInput<Api['getWindows']>['query']

const countSuffix = '_count'
const shownQuantiles = [0.5, 0.95, 0.99]
const bucketsMax = 1_000

/** The windows of the series that fit; those of a histogram's `_count` carry its quantiles. */
export function windowsOf(deps: Deps, tenant: TenantId, query: Query): OperationOutput<Api['getWindows']> {
  const sizeMs = durationMs(query.size)
  const found = deps.telemetry.series(tenant, {
    matchers: [parseSelector(query.match)],
    text: '',
    limit: query.limit,
  })
  const results = found.series.map((series) => ({
    series,
    windows: windowsOfSeries(deps, tenant, series, sizeMs),
  }))
  return { size: query.size, results, total: found.total }
}

function windowsOfSeries(deps: Deps, tenant: TenantId, series: Series, sizeMs: number): Window[] {
  const quantiles = series.name.endsWith(countSuffix) ? quantilesOf(deps, tenant, series, sizeMs) : undefined
  return deps.stream.windows(series.id, sizeMs).map(({ startMs, endMs, ratePerSecond, ...rest }) => ({
    start: isoTime(startMs),
    end: isoTime(endMs),
    ...rest,
    rate: ratePerSecond,
    ...(quantiles ? { quantiles: quantiles.get(startMs) ?? { p50: null, p95: null, p99: null } } : {}),
  }))
}

type Quantiles = NonNullable<Window['quantiles']>

/** By window start; undefined where the `_count` belongs to no histogram. */
function quantilesOf(
  { stream, telemetry }: Deps,
  tenant: TenantId,
  series: Series,
  sizeMs: number,
): Map<number, Quantiles> | undefined {
  const name = `${series.name.slice(0, -countSuffix.length)}_bucket`
  const labels = Object.entries(series.labels).map(
    ([label, value]): Matcher => ({ name: label, op: '=', value }),
  )
  const matchers: Matcher[] = [{ name: '__name__', op: '=', value: name }, ...labels]
  const buckets = telemetry
    .series(tenant, { matchers: [matchers], text: '', limit: bucketsMax })
    .series.filter((bucket) => Object.keys(bucket.labels).length === labels.length + 1)
    .map((bucket) => ({
      ref: bucket.id,
      bound: Number((bucket.labels.le ?? '').replace('+Inf', 'Infinity')),
    }))
  if (buckets.length < 2) return undefined
  const windows = quantileWindows(buckets, shownQuantiles, (ref) => stream.windows(ref, sizeMs))
  return new Map(
    windows.map(({ startMs, values: [p50 = null, p95 = null, p99 = null] }) => [startMs, { p50, p95, p99 }]),
  )
}
