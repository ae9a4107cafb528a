import type { Cluster } from '@aiops/contract/model/cluster'
import { describe, expect, it } from 'vitest'
import { choicesOf, figuresOf, filterFleet, groupFleet, sortFleet } from './fleet-list.ts'
import { gridRows } from './fleet-rows.ts'

type Part = Partial<Omit<Cluster, 'status' | 'capabilities'>> & {
  status?: Partial<Cluster['status']>
  capabilities?: Partial<NonNullable<Cluster['capabilities']>> | null
}
const cluster = (name: string, { status, capabilities, ...part }: Part = {}): Cluster =>
  ({
    ...{ id: name, name, display_name: null, cluster_type: 'SPOKE', environment: 'LAB', region: null },
    ...{ platform: 'KUBERNETES', platform_version: null, labels: {}, warnings: [], ...part },
    status: {
      state: 'ONLINE',
      health_score: 100,
      checked_at: '2026-11-21T10:00:00Z',
      stale: false,
      ...status,
    },
    capabilities: capabilities === null ? null : { has_gpu_nodes: false, gpu_count: 0, ...capabilities },
  }) as unknown as Cluster

const down = cluster('b-down', { status: { state: 'OFFLINE', health_score: 15 }, region: 'eu' })
const weak = cluster('a-weak', { status: { state: 'DEGRADED', health_score: 65, stale: true }, region: 'us' })
const well = cluster('c-well', {
  ...{ labels: { team: 'radio' }, capabilities: { has_gpu_nodes: true, gpu_count: 8 }, region: 'eu' },
})
const fresh = cluster('node-10', { status: { state: 'PROVISIONING', checked_at: null, health_score: 0 } })
const fresh2 = cluster('node-9', { status: { state: 'PROVISIONING', checked_at: null, health_score: 0 } })
const fleet = [well, weak, down, fresh, fresh2]
const names = (list: readonly Cluster[]): string[] => list.map(({ name }) => name)

describe('filter', () => {
  it('fits a part of the name or the display name, whatever its case', () => {
    expect(names(filterFleet([cluster('x', { display_name: 'Paris 7' }), well], { text: 'PARIS' }))).toEqual([
      'x',
    ])
  })
  it('wants every label, and a region of none is written with a dash', () => {
    expect(names(filterFleet(fleet, { label: ['team=radio'] }))).toEqual(['c-well'])
    expect(filterFleet(fleet, { label: ['team=radio', 'wave=2'] })).toEqual([])
    expect(filterFleet([cluster('x')], { label: ['toString='] })).toEqual([])
    expect(names(filterFleet(fleet, { region: ['-'] }))).toEqual(['node-10', 'node-9'])
  })
  it('takes what was not looked at as without GPU', () => {
    const unseen = cluster('unseen', { capabilities: null })
    expect(names(filterFleet([well, unseen], { gpu: 'no' }))).toEqual(['unseen'])
    expect(names(filterFleet([well, unseen], { gpu: 'yes' }))).toEqual(['c-well'])
  })
  it('keeps what is stale', () => {
    expect(names(filterFleet(fleet, { stale: 'yes' }))).toEqual(['a-weak'])
  })
})

describe('order', () => {
  it('puts what needs somebody first, and numbers in names as people count', () => {
    expect(names(sortFleet(fleet, undefined))).toEqual(['b-down', 'a-weak', 'node-9', 'node-10', 'c-well'])
  })
  it('weighs one critical finding more than many lesser ones', () => {
    const findings = new Map([
      ['c-well', { CRITICAL: 1 }],
      ['a-weak', { HIGH: 40, LOW: 900 }],
    ])
    expect(names(sortFleet(fleet, '-findings', findings)).slice(0, 2)).toEqual(['c-well', 'a-weak'])
  })
  it('puts what was never checked below any score', () => {
    expect(names(sortFleet(fleet, 'score')).slice(0, 3)).toEqual(['node-9', 'node-10', 'b-down'])
  })
})

it('groups by a value, those without it last, and each group keeps the order', () => {
  const groups = groupFleet(sortFleet(fleet, 'name'), 'region')
  expect(groups.map(({ name, clusters }) => [name, clusters.length])).toEqual([
    ['eu', 2],
    ['us', 1],
    ['without', 2],
  ])
  expect(groupFleet(fleet, 'label:team').map(({ name }) => name)).toEqual(['radio', 'without'])
  expect(groupFleet(fleet, undefined)).toEqual([{ name: undefined, clusters: fleet }])
})

it('makes rows of so many cards, each group from a new row', () => {
  const rows = gridRows(groupFleet(fleet, 'region'), 2)
  expect(rows.map((row) => (row.type === 'HEAD' ? row.name : [row.from, row.clusters.length]))).toEqual([
    ...['eu', [0, 2], 'us', [2, 1], 'without', [3, 2]],
  ])
})

it('counts what the list shows; a score of before the first check counts for nothing', () => {
  const figures = figuresOf(fleet)
  expect(figures).toMatchObject({ total: 5, checked: 3, stale: 1, gpus: 8, gpuClusters: 1, score: 60 })
  expect(figures.byState).toEqual({ ONLINE: 1, DEGRADED: 1, OFFLINE: 1, PROVISIONING: 2 })
  expect(figuresOf([]).score).toBeNull()
  expect(choicesOf(fleet)).toEqual({ regions: ['-', 'eu', 'us'], labelKeys: ['team'] })
})
