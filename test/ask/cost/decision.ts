import type { Decision } from '@aiops/contract/model/decision'
import { hourly, usd } from '@aiops/contract/model/money'
import { minutesBefore, offers, regions, sender } from './fact.ts'

const options = (service: string): Decision['options'] =>
  offers
    .filter((one) => one.service === service)
    .map(({ provider, rate, latencyMs, gpus }) => ({
      provider,
      reading: {
        ...{ service, provider, cost_hourly_usd: hourly(rate), latency_ms: latencyMs, credits: 0.2 },
        ...{ available_gpus: gpus, ...regions[provider]!, at: minutesBefore(4), source: sender },
      },
      excluded: [],
      score: provider === 'alibaba' ? 0.62 : 0.55,
      factors: { COST: 0.55, LATENCY: 0.81 },
      acceptability: provider === 'alibaba' ? 0.81 : 0.19,
    }))

const base = {
  ...{ calibration: { outcomes: 4, hit_rate: null }, emergency: false, signals: [], hypothetical: false },
  ...{ seed: 7, settings_version: 'v1', runner_up: 'aws', gap: null, outcome: null, deployment_id: null },
} satisfies Partial<Decision>

const money = (rate: number, migration: number): Decision['economics'] => ({
  saving_usd: { p10: usd(24), p50: usd(36), p90: usd(49) },
  saving_hourly_usd: { p10: hourly(rate - 0.1), p50: hourly(rate), p90: hourly(rate + 0.05) },
  migration_usd: usd(migration),
  migration_parts: [{ name: 'egress', usd: usd(migration), source: 'list-2026' }],
  ...{ horizon_hours: 168, payback_hours: 31 },
})

export const deploymentIds = {
  pilotage: '01983f00-1111-7000-8000-000000000003',
  freight: '01983f00-1111-7000-8000-000000000002',
  stowage: '01983f00-1111-7000-8000-000000000001',
}

export const decisions: readonly Decision[] = [
  {
    ...base,
    ...{ id: '01983f00-2222-7000-8000-000000000001', service: 'freight', at: minutesBefore(4) },
    ...{ action: 'MOVE', state: 'HELD', from: 'aws', to: 'alibaba', confidence: 0.81 },
    ...{ options: options('freight'), economics: money(0.3, 9.4) },
    flips: [
      'flips if the latency weight is above 0.41 (it is 0.3)',
      'flips if alibaba costs more than $1.08/h',
    ],
    tests: [
      { name: 'BETTER_OPTION', passed: true, detail: 'alibaba scores 0.07 more than aws' },
      { name: 'CONFIDENCE', passed: false, detail: 'confidence 81 %, at least 85 % is needed' },
      { name: 'DWELL', passed: false, detail: 'it moved 2 h ago, at least 6 h between moves' },
      { name: 'PAYBACK', passed: true, detail: 'paid back in 31 h, at most 72 h' },
    ],
    explanation:
      'alibaba would suit freight better than aws. Held: confidence 81 %, at least 85 % is needed; it moved 2 h ago, at least 6 h between moves.',
  },
  {
    ...base,
    ...{ id: '01983f00-2222-7000-8000-000000000002', service: 'pilotage', at: minutesBefore(90) },
    ...{ action: 'MOVE', state: 'PROPOSED', from: 'aws', to: 'alibaba', confidence: 0.93 },
    ...{ options: options('pilotage'), economics: money(0.3, 4.2), deployment_id: deploymentIds.pilotage },
    flips: ['flips if alibaba costs more than $1.05/h'],
    tests: [{ name: 'BETTER_OPTION', passed: true, detail: 'alibaba scores 0.07 more than aws' }],
    explanation: 'Move pilotage from aws to alibaba: about $36.00 in 168 h, migration of $4.20 paid.',
  },
  {
    ...base,
    ...{ id: '01983f00-2222-7000-8000-000000000003', service: 'stowage', at: minutesBefore(8_000) },
    ...{ action: 'STAY', state: 'STAYING', from: 'alibaba', to: 'alibaba', confidence: null },
    ...{ options: options('stowage'), economics: null, flips: [], tests: [] },
    explanation: 'stowage stays at alibaba.',
  },
]
