/** Detection of the stand-in: detectors of every state, settings that can be changed, and a model on its way. */
import {
  type DetectionFunnel,
  DetectionParameters,
  type DetectionSettings,
  DetectionSettingsInput,
  type DetectorView,
} from '@aiops/contract/model/detection'
import type { ModelVersion } from '@aiops/contract/model/detection-model'
import type { Series } from '@aiops/contract/model/series'
import { type Input, Refusal } from './refusal.ts'

const hourMs = 3_600_000
const at = (fromNowMs: number): string => new Date(Date.now() + fromNowMs).toISOString()

export function detectionHandlers(empty: boolean, series: readonly Series[]) {
  const states = ['LEARNING', 'WATCHING', 'ANOMALOUS', 'SILENT'] as const
  const views = empty ? [] : series.map((one, i) => viewOf(one, states[i % 4] ?? 'WATCHING', i))
  const settings: DetectionSettings = {
    ...{
      revision: empty ? 0 : 3,
      updated_at: empty ? null : at(-5 * hourMs),
      updated_by: empty ? null : 'anna',
    },
    defaults: DetectionParameters.parse({
      ...{
        enabled: true,
        tier: 'AUTO',
        sensitivity: 0.7,
        seasonality: 'AUTO',
        window: null,
        min_data_points: 10,
      },
      ...{
        cooldown: '1m',
        persistence: '1500ms',
        persistence_points: 2,
        min_effect: null,
        severity_max: 'CRITICAL',
      },
      ...{ above: null, below: null, budget: null, multivariate: true },
    }),
    rules: empty
      ? []
      : [
          {
            name: 'nightly batch is loud',
            match: { metric: 'batch.*' },
            sensitivity: 0.3,
            persistence: '10m',
          },
        ],
    shipped: [
      { name: 'system.cpu.utilization*', match: { metric: 'system.cpu.utilization*' }, sensitivity: 0.3 },
    ],
  }
  const comparison = {
    before: score(31, 19, 31, 19),
    after: score(31, 19, 30, 4),
  }
  return {
    listDetectors: ({ query }: Input) => {
      const metric = (query.metric?.[0] ?? '').replaceAll('*', '')
      const found = views.filter(
        (view) =>
          view.series.name.includes(metric) &&
          (!query.state?.[0] || view.state === query.state[0]) &&
          (!query.tier?.[0] || view.tier === query.tier[0]),
      )
      const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
      const items = found.slice((page - 1) * size, page * size)
      return {
        items,
        total: found.length,
        page,
        page_size: size,
        total_pages: Math.ceil(found.length / size),
      }
    },
    getDetectionFunnel: () => funnelOf(views.length),
    getDetectionSettings: () => settings,
    putDetectionSettings: ({ body }: Input) => {
      const { revision, ...rest } = body as { revision: number }
      if (revision !== settings.revision)
        throw new Refusal(
          409,
          'CONFLICT',
          `The settings are at revision ${settings.revision}: read them again.`,
        )
      const { defaults, rules } = DetectionSettingsInput.parse(rest)
      return Object.assign(settings, {
        ...{ rules, defaults: { ...settings.defaults, ...defaults }, revision: revision + 1 },
        ...{ updated_at: at(0), updated_by: 'you' },
      })
    },
    replayDetection: () => ({
      ...{ from: at(-24 * hourMs), to: at(0), warm_up_seconds: 3_600, added: [], gone: [], altered: [] },
      current: {
        series: 412,
        points: 912_000,
        episodes: 21,
        series_days: 398,
        episodes_per_series_day: 0.053,
      },
      changed: {
        series: 412,
        points: 912_000,
        episodes: 14,
        series_days: 398,
        episodes_per_series_day: 0.035,
      },
      counts: { added: 0, gone: 7, altered: 1, same: 13 },
      left_out: ['88 series beyond the first 500 were not replayed.'],
    }),
    getFeedbackEffect: () => ({
      counts: {
        ...{ total: empty ? 0 : 50, users: empty ? 0 : 4 },
        by_verdict: { TRUE: 31, FALSE: 9, NOISE: 8, EXPECTED: 2, CAUSE_RIGHT: 0, CAUSE_WRONG: 0 },
        by_state: { ACCEPTED: 49, QUARANTINED: 1, REJECTED: 0 },
      },
      cross_validated: { ...comparison, folds: 5 },
      since_training: null,
      sentence: empty
        ? 'Nobody has said anything yet, so nothing was learned.'
        : 'Of what is told 88 % are real with what was learned, 62 % without; one real anomaly of 31 is no longer told.',
    }),
    listCorrections: () => ({
      ...{ version: empty ? null : 2, candidate: null, at: at(0) },
      corrections: empty
        ? []
        : [
            {
              ...{
                match: { __name__: 'batch.queue.length' },
                factor: 1.8,
                scope: 'SERIES' as const,
                window: null,
              },
              ...{
                real: 0.4,
                unreal: 6.2,
                chance_real: 0.16,
                users: 3,
                series: 1,
                labels: [],
                version: 2,
                active: true,
              },
              sentence:
                'batch.queue.length of worker: told from 1.8 times the bound on; 7 people’s labels call less noise.',
            },
          ],
    }),
    listDetectionModels: () => ({
      models: empty
        ? []
        : [
            {
              ...{
                id: 'corrections',
                tenant_id: 'default',
                kind: 'CORRECTIONS' as const,
                champion: 1,
                candidate: 2,
              },
              ...{ versions: 2, created_at: at(-200 * hourMs), updated_at: at(-2 * hourMs), drift: null },
              sentence: 'Version 1 is in force; version 2 is tried on 10 % of the series.',
            },
          ],
    }),
    listModelVersions: () => ({ versions: [version(2, 'CANARY', 10), version(1, 'CHAMPION', 100)] }),
    promoteModelVersion: () => version(2, 'CHAMPION', 100),
    trainModel: () => version(3, 'SHADOW', 0),
  }
}

function viewOf(series: Series, state: DetectorView['state'], i: number): DetectorView {
  const learning = state === 'LEARNING'
  return {
    ...{ series, tier: i % 3 ? 'BASIC' : 'AGILE', tier_pin: 'AUTO', state, points: learning ? 4 : 4_120 },
    missing: learning ? { points: 6, seconds: 14 } : { points: 0, seconds: 0 },
    expected: learning ? null : { low: 0.021, mid: 0.034, high: 0.052 },
    ...{ last_value: 0.037, last_at: at(-9_000), step_seconds: 10, bound: 5, bound_effective: i % 5 ? 5 : 9 },
    ...{ tail: 3.1, habit: 1, budget_factor: 1, correction_factor: i % 5 ? 1 : 1.8, episodes_counted: null },
    season: i % 3 ? null : { period: 'DAILY', strength: 0.7 },
    ...{
      anomaly_ids: [],
      rules: i % 4 ? [] : ['nightly batch is loud', 'system.cpu.utilization*'],
      bytes: 296,
    },
  }
}

const tier = (name: 'BASIC' | 'AGILE' | 'ROBUST', share: number, cpu: number | null) => ({
  ...{
    tier: name,
    series: 400,
    points: 912_000 * share,
    ended: 912_000 * share,
    share,
    anomalies: 12,
    cpu_ms: cpu,
  },
})

const funnelOf = (watched: number): DetectionFunnel => ({
  since: at(-30 * hourMs),
  series: { watched, learning: Math.floor(watched / 4), not_watched: 812, refused: 0 },
  points: 912_000,
  tiers: [tier('BASIC', 0.93, 4_200), tier('AGILE', 0.065, 1_900), tier('ROBUST', 0.005, null)],
  ...{ anomalies_by_shape: { SPIKE: 9 }, bytes_per_series: 296, snapshot_at: at(-31_000) },
})

const score = (real: number, unreal: number, told_real: number, told_unreal: number) => {
  const [precision, recall] = [told_real / (told_real + told_unreal), told_real / real]
  return {
    real,
    unreal,
    told_real,
    told_unreal,
    precision,
    recall,
    f1: (2 * precision * recall) / (precision + recall),
  }
}

const version = (number: number, state: ModelVersion['state'], percent: number): ModelVersion => ({
  ...{
    model_id: 'corrections',
    number,
    tenant_id: 'default',
    state,
    percent,
    size_bytes: 812,
    corrections: 1,
  },
  ...{
    sha256: 'a'.repeat(64),
    inputs_sha256: 'b'.repeat(64),
    parameters: {},
    shadow: null,
    parent: number - 1 || null,
  },
  training: {
    start: at(-160 * hourMs),
    end: at(-4 * hourMs),
    labels: 50,
    users: 4,
    left_out: { QUARANTINED: 1 },
  },
  validation: { before: score(31, 19, 31, 19), after: score(31, 19, 30, 4) },
  ...{
    created_at: at(-3 * hourMs),
    created_by: 'schedule',
    trigger: 'every day',
    entered_at: at(-2 * hourMs),
  },
  ...{ promoted_at: null, retired_at: null },
  reason: 'No regression over 240 decisions in the shadow.',
})
