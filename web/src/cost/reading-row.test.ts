import type { Placement } from '@aiops/contract/model/provider'
import { describe, expect, it } from 'vitest'
import { fittingRows, readingRows } from './reading-row.ts'
import type { Reading } from './use-cost.ts'

const reading = (service: string, provider: string, stale = false): Reading => ({
  ...{ service, provider, stale, age_seconds: 1, cost_hourly_usd: null, latency_ms: null, credits: null },
  ...{ available_gpus: null, region: null, instance: null, at: '2026-01-01T00:00:00Z', source: 'feed' },
})
const at = (service: string, provider: string): Placement => ({
  ...{ service, provider, region: null, instance: null, since: '2026-01-01T00:00:00Z', source: 'API' },
})

describe('readings', () => {
  it('put where a service runs before where else it could', () => {
    const rows = readingRows({
      readings: [reading('cart', 'alibaba'), reading('cart', 'aws'), reading('a', 'aws')],
      placements: [at('cart', 'aws')],
    })
    expect(rows.map(({ key, placement }) => [key, placement !== undefined])).toEqual([
      ['a@aws', false],
      ['cart@aws', true],
      ['cart@alibaba', false],
    ])
  })

  it('are found by any of their words, provider and age', () => {
    const rows = readingRows({
      readings: [reading('cart', 'aws', true), reading('pay', 'aws')],
      placements: [],
    })
    const all = { text: '', providers: [], stale: false }
    expect(fittingRows(rows, { ...all, text: 'PAY' }).length).toBe(1)
    expect(fittingRows(rows, { ...all, stale: true }).map(({ service }) => service)).toEqual(['cart'])
    expect(fittingRows(rows, { ...all, providers: ['alibaba'] })).toEqual([])
  })
})
