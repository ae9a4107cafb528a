import { Fault } from '../../../kernel/fault.ts'
import type { ClusterBackends, RemoteAnswer, RemoteValue } from '../../../port/cluster-backend.ts'
import type { SampleSource, Selection } from '../promql/index.ts'
import type { RawSeries } from '../promql/value.ts'
import type { Outcome } from './outcome.ts'
import { partText } from './part-text.ts'
import { inCluster } from './step-series.ts'

type AskRaw = (
  textOf: (cluster: ClusterBackends) => string | undefined,
  timeMs: number,
) => Promise<Outcome<RemoteValue>[]>

/**
 * Raw samples of all clusters, for what cannot be pushed down: an instant query for `selector[range]` answers with samples as they are
 * stored. Left open like any range of PromQL: it reaches one millisecond further back.
 */
export class FleetSource implements SampleSource {
  readonly #ask: AskRaw
  readonly #clusterLabel: string
  constructor(ask: AskRaw, clusterLabel: string) {
    this.#ask = ask
    this.#clusterLabel = clusterLabel
  }

  async *select(selection: Selection): AsyncIterable<RawSeries[]> {
    const { matchers, startMs, endMs, samplesMax } = selection
    const span = { from: 0, to: 0 }
    const name = matchers.find((one) => one.name === '__name__' && one.op === '=')?.value ?? ''
    const rangeMs = endMs - startMs + 1
    const vector = { node: 'vector', name, matchers, offsetMs: 0, span } as const
    const outcomes = await this.#ask(
      ({ id }) => partText({ node: 'matrix', vector, rangeMs, span }, id, this.#clusterLabel),
      endMs,
    )
    let samples = 0
    for (const { answer, cluster } of outcomes) {
      const series = rawOf(answer, cluster.id, this.#clusterLabel)
      samples += series.reduce((sum, { timesMs }) => sum + timesMs.length, 0)
      if (samples > samplesMax)
        throw new Fault(
          'QUERY_TOO_LARGE',
          `The query reads more than ${samplesMax} samples of ${outcomes.length} clusters; ask for a shorter range, fewer series or fewer clusters.`,
        )
      if (series.length > 0) yield series
    }
  }
}

function rawOf(answer: RemoteAnswer<RemoteValue> | undefined, cluster: string, label: string): RawSeries[] {
  if (answer?.value.type !== 'matrix') return []
  return answer.value.series.map(({ labels, timesMs, values, histograms }) => ({
    labels: inCluster(labels, cluster, label),
    timesMs: Float64Array.from(timesMs),
    values: Float64Array.from(values),
    ...(histograms.length === 0
      ? {}
      : {
          histograms: {
            timesMs: Float64Array.from(histograms, ({ timeMs }) => timeMs),
            histograms: histograms.map(({ histogram }) => histogram),
          },
        }),
  }))
}
