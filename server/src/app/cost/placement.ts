import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { encodeWriteRequest } from '../../edge/prometheus/index.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Ingest } from '../../pipeline/ingest/index.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { RecordStore } from '../../port/record-store.ts'
import {
  createPlacements,
  type PlacementConfig,
  type PlacementDeps,
  type PlacementSample,
  type Placements,
} from '../../service/placement/index.ts'
import type { PromqlEngine, SampleSource } from '../../service/telemetry/index.ts'
import { holdingIncidents } from '../analytics/holding-incidents.ts'

type Given = Pick<PlacementDeps, 'clock' | 'random' | 'metrics' | 'log' | 'bus' | 'files' | 'tenants'> & {
  records: RecordStore
  engine: PromqlEngine
  source(tenant: TenantId): SampleSource
  metricStore: MetricStore
  /** Asked when it is needed: ingest is made after placement. */
  ingest(): Pick<Ingest, 'deliver'>
} & Partial<Pick<PlacementDeps, 'prices' | 'budgetFrozen' | 'killSwitch' | 'propose' | 'egress'>>

/** Samples of one query of the past: 10,000 services at 3 providers over 6 h by 5 min are 11 million. */
const historySamplesMax = 50_000_000

/** Placement on the stores of the platform: its history is the metric store, what it writes goes through ingest. */
export function openPlacement(given: Given, config: PlacementConfig): Placements {
  const { records, engine, source, metricStore, ingest, ...rest } = given
  const deps: PlacementDeps = {
    ...rest,
    repository: records.placements,
    async history(tenant, selector, { startMs, endMs, stepMs }) {
      const limits = { samplesMax: historySamplesMax, stepsMax: 30_000 }
      const range = { startMs, endMs, stepMs }
      // What is older than a reading may be is not known any more: a provider that went silent was not told of.
      const lookbackMs = Math.max(stepMs, durationMs(config.telemetry.stale_after))
      const { value } = await engine.range(selector, range, { source: source(tenant), limits, lookbackMs })
      if (value.type !== 'matrix') return []
      return value.series.map(({ labels, timesMs, values }) => ({ labels, timesMs, values }))
    },
    async newest(tenant, names) {
      const { catalog } = metricStore
      const refs = names.flatMap((name) =>
        catalog.select(tenant, [{ name: '__name__', op: '=', value: name }]),
      )
      return [...metricStore.latest(refs)].map(([ref, { timeMs, value }]) => ({
        ...{ labels: catalog.describe(ref).labels, timeMs, value },
      }))
    },
    write: (tenant, samples) => deliver(ingest(), tenant, samples),
    incidents: (tenant) => holdingIncidents(records, tenant),
    prices:
      given.prices ??
      (() => ({ fresh: true, detail: 'rates are what providers tell; no price book is asked' })),
    budgetFrozen: given.budgetFrozen ?? (() => null),
    killSwitch: given.killSwitch ?? (() => null),
    propose:
      given.propose ??
      (async () => {
        throw new Fault(
          'CONFLICT',
          'No repository of infrastructure is set up, so nothing can be changed through Git.',
        )
      }),
  }
  return createPlacements(deps, config)
}

/** As what any sender writes: durable, seen by detection, of the tenant. */
async function deliver(
  ingest: Pick<Ingest, 'deliver'>,
  tenant: TenantId,
  samples: readonly PlacementSample[],
): Promise<{ rejected: number; reason: string }> {
  if (samples.length === 0) return { rejected: 0, reason: '' }
  const body = encodeWriteRequest(
    samples.map(({ labels, timeMs, value }) => ({
      ...{ labels, timesMs: [timeMs], values: Float64Array.of(value) },
      histograms: { timesMs: [], histograms: [] },
    })),
  )
  return ingest.deliver('rule', {
    kind: 'remote-write',
    tenant,
    body,
    encoding: 'identity',
    format: 'protobuf',
  })
}
