import { hourly } from '@aiops/contract/model/money'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../../../kernel/steps.ts'
import { directoryOf } from '../allocation/directory.ts'
import { stepQuestions } from '../allocation/question.ts'
import { CostConfig } from '../config.ts'
import { defaultBook } from '../price/default-book.ts'
import { PriceTable } from '../price/price-table.ts'
import { consolidation } from './consolidate.ts'
import { idleUse } from './idle.ts'
import { rightSizing } from './right-size.ts'
import type { RunningContainer, RunningNode, Snapshot } from './snapshot.ts'
import { spotUse } from './spot.ts'
import { Usage, usageKey } from './usage-history.ts'

const gib = 1_073_741_824
const containerOf = (pod: string, more: Partial<RunningContainer> = {}): RunningContainer => ({
  ...{ cluster: 'c', namespace: 'shop', pod, container: 'main', node: 'n1', labels: {} },
  ...{ controllerKind: 'Deployment', controller: 'web', service: 'web', team: '', environment: '' },
  ...{ cpuRequest: 1, cpuUsage: 0.1, ramRequest: 2 * gib, ramUsage: gib / 2, gpus: Number.NaN },
  ...{ coreUsd: 0.05, gibUsd: 0.01, gpuUsd: 1, hasVolume: false },
  ...more,
})
const nodeOf = (node: string, more: Partial<RunningNode> = {}): RunningNode => ({
  ...{ cluster: 'c', node, cores: 8, bytes: 32 * gib, gpus: 0, hourlyUsd: 0.5, spot: false },
  ...{ provider: 'gcp', region: '', instanceType: '', ...more },
})
function snapshotWith(containers: RunningContainer[], nodes: RunningNode[], columns: object = {}): Snapshot {
  const empty = Object.fromEntries(Object.keys(stepQuestions('5m')).map((name) => [name, []]))
  const names = ['podInfo', 'podOwner', 'podLabels', 'namespaceLabels', 'replicaSetOwner', 'nodeLabels']
  const more = ['nodeInfo', 'nodePriced', 'claimInfo', 'watchedPod', 'watchedNode']
  const directory = Object.fromEntries([...names, ...more].map((name) => [name, []])) as never
  return {
    ...{ atMs: Date.UTC(2026, 10, 12), containers, nodes, table: new PriceTable([defaultBook]) },
    chunk: {
      startMs: 0,
      resolutionMs: 60_000,
      count: 1,
      series: 0,
      directory,
      columns: { ...empty, ...columns } as never,
    },
    directory: atOnce(directoryOf({ directory }, CostConfig.parse({}))),
  }
}
/** So many hours at a usage. */
function usageOf(hours: number, cores: number, bytes: number, network?: number): Usage {
  const usage = new Usage()
  for (let minute = 0; minute <= hours * 60; minute += 15) {
    usage.seen(minute * 60_000)
    usage.cpu(minute === 0 ? cores * 3 : cores)
  }
  usage.ramMax = bytes
  if (network !== undefined) usage.networkMax = network
  return usage
}
const settings = { headroom: 1.2, historyHoursMin: 24 }

describe('right-sizing', () => {
  const replicas = [containerOf('a'), containerOf('b')]
  const sized = (usage: Usage, all = replicas) =>
    rightSizing(snapshotWith(all, []), new Map([[usageKey(all[0]!), usage]]), settings)
  it('lowers requests to what was used with headroom, saving what that frees', () => {
    const [one] = sized(usageOf(48, 0.1, gib)).found
    expect(one).toMatchObject({ action: 'RIGHT_SIZE', subject: 'shop/web/main' })
    // p95 of 0.1 cores is told up to 5 % too high.
    expect(one!.saving_monthly_usd.p50).toBeGreaterThan(2 * 730 * (0.873 * 0.05 + 0.8 * 0.01))
    expect(one!.saving_monthly_usd.p50).toBeLessThan(2 * 730 * (0.881 * 0.05 + 0.81 * 0.01))
    expect(one!.saving_monthly_usd.p10).toBeLessThan(one!.saving_monthly_usd.p50)
    expect(one!.saving_monthly_usd.p90).toBeGreaterThan(one!.saving_monthly_usd.p50)
  })
  it('says nothing with less than a day of history, and that it does', () => {
    const { found, notices } = sized(usageOf(20, 0.1, gib))
    expect(found).toEqual([])
    expect(notices).toEqual([
      '1 containers have less than 24 h of usage: nothing is said of their requests yet.',
    ])
  })
  it('says nothing where as much is used as was asked for, or nothing was', () => {
    expect(sized(usageOf(48, 0.9, 2 * gib)).found).toEqual([])
    const free = [containerOf('a', { cpuRequest: Number.NaN, ramRequest: Number.NaN })]
    expect(sized(usageOf(48, 0.1, gib), free)).toEqual({ found: [], notices: [] })
  })
})

describe('consolidation', () => {
  it('finds the nodes whose pods fit on the others, and promises nothing at its low end', () => {
    const containers = [
      containerOf('a', { node: 'n1', cpuRequest: 3 }),
      containerOf('b', { node: 'n2', cpuRequest: 3 }),
      containerOf('c', { node: 'n3', cpuRequest: 1 }),
      containerOf('d', { node: 'n3', cpuRequest: 7, controllerKind: 'DaemonSet', controller: 'agent' }),
    ]
    const [one] = consolidation(snapshotWith(containers, [nodeOf('n1'), nodeOf('n2'), nodeOf('n3')]))
    expect(one!.summary).toMatch(/^2 of 3 nodes could be emptied/)
    expect(one!.saving_monthly_usd).toEqual({ p10: 0, p50: 730, p90: 730 })
  })
  it('leaves full nodes, those with GPUs, and a cluster of one alone', () => {
    const full = ['n1', 'n2'].map((node) => containerOf(node, { node, cpuRequest: 5 }))
    expect(consolidation(snapshotWith(full, [nodeOf('n1'), nodeOf('n2')]))).toEqual([])
    expect(consolidation(snapshotWith([], [nodeOf('n1')]))).toEqual([])
    expect(consolidation(snapshotWith([], [nodeOf('n1', { gpus: 1 }), nodeOf('n2', { gpus: 1 })]))).toEqual(
      [],
    )
  })
})

describe('spot', () => {
  const of = (containers: RunningContainer[], nodes = [nodeOf('n1')]) =>
    spotUse(snapshotWith(containers, nodes))
  it('is for stateless deployments of two pods or more, at the difference of two known prices', () => {
    const [one] = of([containerOf('a'), containerOf('b')])
    const usd = 2 * (0.05 + 0.02) * (1 - 0.006655 / 0.031611)
    expect(one!.saving_monthly_usd.p50).toBeCloseTo(usd * 730, 6)
    expect(one!.saving_monthly_usd.p10).toBeCloseTo((usd / 2) * 730, 6)
    expect(one!.evidence.join(' ')).toMatch(/opencost-default as of 2020-02-12/)
  })
  it('is not for one pod, for what keeps data, or for what is there already', () => {
    expect(of([containerOf('a')])).toEqual([])
    expect(of([containerOf('a'), containerOf('b', { hasVolume: true })])).toEqual([])
    expect(of([containerOf('a'), containerOf('b')], [nodeOf('n1', { spot: true })])).toEqual([])
    const sets = ['a', 'b'].map((pod) => containerOf(pod, { controllerKind: 'StatefulSet' }))
    expect(of(sets)).toEqual([])
  })
})

describe('what is idle', () => {
  const one = containerOf('a')
  const found = (usage: Usage, traffic: Usage | undefined) =>
    idleUse(
      snapshotWith([one], []),
      new Map([
        [usageKey(one), usage],
        ...(traffic ? [[usageKey({ ...one, container: '' }), traffic] as const] : []),
      ]),
      new Set(),
      { historyHours: 168 },
    )
  it('is a workload without processor use and traffic for seven days', () => {
    const [idle] = found(usageOf(168, 0.001, gib), usageOf(168, 0, 0, 3))
    expect(idle).toMatchObject({ action: 'RECLAIM_IDLE', subject: 'shop/web' })
    expect(idle!.saving_monthly_usd.p50).toBeCloseTo((0.05 + 0.02) * 730, 6)
  })
  it('is none where it had traffic, where traffic is not known, or where it is younger', () => {
    expect(found(usageOf(168, 0.001, gib), usageOf(168, 0, 0, 5_000))).toEqual([])
    expect(found(usageOf(168, 0.001, gib), undefined)).toEqual([])
    expect(found(usageOf(100, 0.001, gib), usageOf(168, 0, 0, 3))).toEqual([])
  })
  it('is a claim that nobody mounts, where mounts are known at all', () => {
    const claim = (name: string) => ({ cluster: 'c', namespace: 'a', persistentvolumeclaim: name })
    const claimBytes = ['old', 'new'].map((name) => ({
      labels: claim(name),
      values: Float64Array.of(100 * gib),
    }))
    const mounted = [{ labels: { ...claim('new'), pod: 'p' }, values: Float64Array.of(1) }]
    const of = (columns: object) =>
      idleUse(snapshotWith([], [], columns), new Map(), new Set(), { historyHours: 168 })
    expect(of({ claimBytes, mounted }).map(({ subject }) => subject)).toEqual(['a/old'])
    expect(of({ claimBytes, mounted })[0]!.saving_monthly_usd.p50).toBeCloseTo(100 * 0.00005479452 * 730, 6)
    expect(of({ claimBytes })).toEqual([])
  })
  it('is a GPU that was held and not used', () => {
    const holder = containerOf('train', { gpus: 2 })
    const of = (idle: string[]) =>
      idleUse(snapshotWith([holder], []), new Map(), new Set(idle), { historyHours: 168 })
    expect(of(['c\u0000shop\u0000train'])[0]!.saving_monthly_usd).toEqual({ p10: 0, p50: 1_460, p90: 1_460 })
    expect(of([])).toEqual([])
    expect(hourly(2)).toBe(2)
  })
})
