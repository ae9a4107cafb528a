import type { CnfKpi } from '@aiops/contract/model/cnf'
import { describe, expect, it } from 'vitest'
import { kpiGroups, kpiText, kpiWord, verdictOf } from './kpi.ts'

const kpi = (part: Partial<CnfKpi>): CnfKpi => ({
  ...{ cluster_id: 'c', cluster_name: 'c', name: 'registration_success', function: 'AMF', instance: 'amf-0' },
  ...{
    unit: 'RATIO',
    value: 1,
    attempts: 100,
    target: 0.99,
    window_seconds: 300,
    at: '2026-01-01T00:00:00Z',
  },
  ...part,
})

describe('verdictOf', () => {
  it('says too few attempts rather than a share of them', () => {
    expect(verdictOf(kpi({ value: null, attempts: 7 }))).toBe('FEW')
    expect(verdictOf(kpi({ value: null, attempts: null }))).toBe('UNTOLD')
  })
  it('holds a value against its target', () => {
    expect(verdictOf(kpi({ value: 0.989 }))).toBe('MISSED')
    expect(verdictOf(kpi({ value: 0.99 }))).toBe('MET')
    expect(verdictOf(kpi({ unit: 'COUNT', value: 1, target: 2 }))).toBe('MISSED')
    expect(verdictOf(kpi({ unit: 'COUNT', value: 1, target: null }))).toBe('PLAIN')
  })
})

it('shows instances that miss a target first, and in each what is missed first', () => {
  const groups = kpiGroups([
    kpi({ instance: 'good' }),
    kpi({ instance: 'bad', name: 'auth_success' }),
    kpi({ instance: 'bad', value: 0.5 }),
  ])
  expect(groups.map(({ instance }) => instance)).toEqual(['bad', 'good'])
  expect(groups[0]?.kpis.map(({ value }) => value)).toEqual([0.5, 1])
})

it('writes shares so that near misses of a target differ from it', () => {
  expect(kpiText('RATIO', 0.9899)).toBe('98.99\u00a0%')
  expect(kpiText('RATIO', 0.99)).toBe('99\u00a0%')
  expect(kpiText('RATIO', 0.99999)).not.toBe('100\u00a0%')
  expect(kpiText('PER_SECOND', 412_300)).toBe('412\u00a0k\u00a0/s')
})

it('has a word for an indicator that it does not know', () => {
  expect(kpiWord('slice_load')).toBe('Slice load')
  expect(kpiWord('constructor')).toBe('Constructor')
})
