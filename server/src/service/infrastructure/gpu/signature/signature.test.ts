import { Finding, FindingRule } from '@aiops/contract/model/finding'
import { describe, expect, it } from 'vitest'
import type { ClusterInventory } from '../../index.ts'
import { gpuDefaults } from '../config.ts'
import { type Board, createScene, exposition, minute, node, sentinel } from '../gpu-scene.suite.ts'
import { gpuSignatures } from './index.ts'

type Values = NonNullable<Board['values']>
type Text = string | ((elapsedMs: number, index: number) => string)

const H = 30 * minute
const of = (values: Values, more: Board = {}): string => exposition({ ...more, values })
/** A counter that rises by so much at each reading, two a minute. */
const rising =
  (name: string, step: number, more: Values = {}): Text =>
  (_, index) =>
    of({ ...more, [name]: 1_000 + index * step })
const stepping =
  (name: string, before: number, after: number): Text =>
  (elapsedMs) =>
    of({ [name]: elapsedMs < 2 * minute ? before : after })

type Case = {
  rule: string
  text: Text
  forMs?: number
  inventory?: ClusterInventory
  others?: readonly string[]
}
type Look = Omit<Case, 'rule' | 'others'> & { name: string }

const mixed = (slices: number) => ({
  nodes: [node('gpu-01', 0, { allocatable: { 'nvidia.com/gpu': 0, 'nvidia.com/mig-1g.10gb': slices } })],
  pods: [],
})
const slice = (id: number, values: Values = {}, pod = 'a'): string =>
  exposition({
    ...{ pod, labels: { GPU_I_PROFILE: '1g.10gb', GPU_I_ID: String(id) } },
    values: { GPU_UTIL: null, DCGM_FI_PROF_SM_ACTIVE: 0.4, DCGM_FI_PROF_DRAM_ACTIVE: 0.4, ...values },
  })
const idle = {
  DCGM_FI_PROF_SM_ACTIVE: 0.001,
  DCGM_FI_PROF_PIPE_TENSOR_ACTIVE: 0,
  DCGM_FI_PROF_DRAM_ACTIVE: 0.002,
}
const onNodes = (drivers: Record<string, string>): string =>
  exposition(...Object.entries(drivers).map(([name, driver]) => ({ node: name, driver })))

const positives: readonly Case[] = [
  { rule: 'gpu-temperature', text: of({ GPU_TEMP: 87 }) },
  { rule: 'gpu-temperature', text: of({ GPU_TEMP: 93 }), forMs: minute },
  { rule: 'gpu-memory-temperature', text: of({ MEMORY_TEMP: 99 }) },
  { rule: 'gpu-throttle-thermal', text: rising('THERMAL_VIOLATION', 10e9) },
  { rule: 'gpu-throttle-thermal', text: of({ GPU_TEMP: 91, CLOCKS_EVENT_REASONS: 0x40 }) },
  { rule: 'gpu-throttle-thermal', text: of({ 'DCGM_EXP_CLOCK_EVENTS_COUNT{clock_event="hw_thermal"}': 4 }) },
  { rule: 'gpu-throttle-power', text: rising('POWER_VIOLATION', 8e9) },
  { rule: 'gpu-throttle-hardware', text: of({ CLOCK_THROTTLE_REASONS: 0x80 }) },
  {
    // The power counter runs as well while the board brakes: that is no limit set too low.
    rule: 'gpu-throttle-hardware',
    text: (elapsedMs) =>
      exposition({
        values: {
          POWER_VIOLATION: elapsedMs * 980_000,
          'DCGM_EXP_CLOCK_EVENTS_COUNT{clock_event="hw_power_brake"}': 3,
        },
      }),
  },
  { rule: 'gpu-throttle-sync', text: rising('SYNC_BOOST_VIOLATION', 20e9) },
  { rule: 'gpu-clock-low', text: of({ SM_CLOCK: 345, MAX_SM_CLOCK: 1_980 }) },
  { rule: 'gpu-clock-low', text: exposition({}, { index: 1, values: { SM_CLOCK: 345 } }) },
  { rule: 'gpu-fan', text: of({ FAN_SPEED: 0, GPU_TEMP: 92 }) },
  {
    rule: 'gpu-power-limit-low',
    text: exposition(
      { values: { POWER_MGMT_LIMIT: 700 } },
      { index: 1, values: { POWER_MGMT_LIMIT: 350, POWER_USAGE: 349.5 } },
    ),
  },
  { rule: 'gpu-memory-full', text: of({ FB_USED: 79_500, FB_FREE: 1_500 }) },
  { rule: 'gpu-ecc-double-bit', text: stepping('ECC_DBE_VOL_TOTAL', 0, 2) },
  { rule: 'gpu-row-remap-failure', text: of({ ROW_REMAP_FAILURE: 1 }) },
  { rule: 'gpu-row-remap-pending', text: of({ ROW_REMAP_PENDING: 1 }) },
  { rule: 'gpu-row-remap-uncorrectable', text: stepping('UNCORRECTABLE_REMAPPED_ROWS', 1, 2) },
  { rule: 'gpu-page-retirement-pending', text: of({ RETIRED_PENDING: 1 }) },
  { rule: 'gpu-ecc-single-bit-rate', text: rising('ECC_SBE_VOL_TOTAL', 1), forMs: 35 * minute },
  { rule: 'gpu-pcie-replay', text: rising('PCIE_REPLAY_COUNTER', 30) },
  { rule: 'gpu-pcie-narrow', text: of({ PCIE_LINK_WIDTH: 8, PCIE_MAX_LINK_WIDTH: 16 }) },
  { rule: 'gpu-nvlink-errors', text: stepping('NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL', 5, 900) },
  { rule: 'gpu-nvlink-errors', text: stepping('NVLINK_RECOVERY_ERROR_COUNT_TOTAL{nvlink="3"}', 0, 1) },
  {
    rule: 'gpu-vanished',
    text: (elapsedMs) => exposition({}, ...(elapsedMs < 2 * minute ? [{ index: 1 }] : [])),
    inventory: { nodes: [node('gpu-01', 2)], pods: [] },
  },
  {
    // The device plugin does not offer a GPU that failed.
    rule: 'gpu-vanished',
    text: (elapsedMs) => exposition({}, ...(elapsedMs < 2 * minute ? [{ index: 1 }] : [])),
    inventory: { nodes: [node('gpu-01', 1)], pods: [] },
  },
  {
    rule: 'gpu-vanished',
    text: (elapsedMs) =>
      `${elapsedMs < 2 * minute ? exposition({}) : ''}\nup{job="dcgm-exporter",instance="gpu-01:9400"} 1`,
  },
  {
    rule: 'gpu-fewer-than-allocatable',
    text: exposition({}),
    inventory: { nodes: [node('gpu-01', 4)], pods: [] },
  },
  { rule: 'gpu-not-allocatable', text: exposition({}), inventory: { nodes: [node('gpu-01', 0)], pods: [] } },
  { rule: 'gpu-idle-allocated', text: of(idle, { pod: 'notebook' }), forMs: 31 * minute },
  { rule: 'gpu-idle-allocated', text: `${slice(1)}\n${slice(2, { ...idle })}`, forMs: 31 * minute },
  {
    rule: 'gpu-exporter-gone',
    text: (elapsedMs) => exposition({ node: 'b' }, ...(elapsedMs < 2 * minute ? [{}, { index: 1 }] : [])),
  },
  {
    rule: 'gpu-exporter-gone',
    text: (elapsedMs) =>
      elapsedMs < 2 * minute ? exposition({}) : 'up{job="dcgm-exporter",instance="gpu-01:9400"} 0',
  },
  {
    rule: 'gpu-exporter-missing',
    text: exposition({}),
    inventory: { nodes: [node('gpu-01', 1), node('gpu-02', 1)], pods: [] },
  },
  { rule: 'gpu-driver-mismatch-node', text: exposition({}, { index: 1, driver: '535.1' }) },
  { rule: 'gpu-driver-mismatch-fleet', text: onNodes({ a: '550', b: '550', c: '535' }), forMs: 31 * minute },
  { rule: 'gpu-mig-undivided', text: of({ MIG_MODE: 1 }) },
  { rule: 'gpu-mig-mismatch', text: `${slice(1)}\n${slice(2)}`, inventory: mixed(3) },
  {
    rule: 'gpu-mig-config-failed',
    text: exposition({}),
    inventory: {
      nodes: [node('gpu-01', 1, { labels: { 'nvidia.com/mig.config.state': 'failed' } })],
      pods: [],
    },
  },
  { rule: 'gpu-health-status', text: of({ DCGM_EXP_GPU_HEALTH_STATUS: 20 }) },
]

/** What looks alike and is none. */
const negatives: readonly Look[] = [
  {
    name: 'a healthy fleet',
    text: exposition({ pod: 'a' }, { index: 1, pod: 'b' }, { node: 'b' }),
    forMs: 39 * minute,
  },
  {
    name: 'sentinels of all metrics',
    text: of(Object.fromEntries([...blanks()].map((name) => [name, sentinel]))),
    forMs: H,
  },
  { name: 'a sticky XID of the past', text: of({ XID_ERRORS: 79 }), forMs: H },
  {
    name: 'a short peak of heat',
    text: (elapsedMs) => of({ GPU_TEMP: elapsedMs % (5 * minute) < minute ? 88 : 70 }),
  },
  { name: 'an idle GPU that nobody has', text: of(idle), forMs: 39 * minute },
  {
    name: 'an idle GPU given away a short while ago',
    text: (elapsedMs) => of(idle, elapsedMs < 25 * minute ? {} : { pod: 'new' }),
    forMs: 39 * minute,
  },
  {
    name: 'a working GPU whose utilisation is low',
    text: of({ GPU_UTIL: 1 }, { pod: 'a' }),
    forMs: 39 * minute,
  },
  {
    name: 'slices without utilisation that work',
    text: `${slice(1)}\n${slice(2)}`,
    inventory: mixed(2),
    forMs: 39 * minute,
  },
  {
    name: 'slow clocks of a GPU that idles',
    text: of({ SM_CLOCK: 345, MAX_SM_CLOCK: 1_980, DCGM_FI_PROF_SM_ACTIVE: 0 }),
  },
  {
    name: 'clocks that were set',
    text: of({ SM_CLOCK: 600, MAX_SM_CLOCK: 1_980, CLOCKS_EVENT_REASONS: 0x2 }),
  },
  { name: 'all of a model at their power limit', text: of({ POWER_MGMT_LIMIT: 700, POWER_USAGE: 699 }) },
  {
    name: 'old counts of errors that stand still',
    text: of({
      ECC_DBE_VOL_TOTAL: 4,
      PCIE_REPLAY_COUNTER: 90_000,
      NVLINK_CRC_DATA_ERROR_COUNT_TOTAL: 77,
      UNCORRECTABLE_REMAPPED_ROWS: 3,
    }),
    forMs: H,
  },
  { name: 'counters that were reset', text: stepping('ECC_DBE_VOL_TOTAL', 9, 0) },
  { name: 'a fan that stands still on a cool board', text: of({ FAN_SPEED: 0, GPU_TEMP: 35 }) },
  {
    name: 'gpu_idle as a clock event',
    text: of({ CLOCKS_EVENT_REASONS: 0x1, 'DCGM_EXP_CLOCK_EVENTS_COUNT{clock_event="gpu_idle"}': 20 }),
  },
  {
    name: 'a node that left the cluster in order',
    text: (elapsedMs) => exposition({}, ...(elapsedMs < 2 * minute ? [{ node: 'b' }] : [])),
    inventory: { nodes: [node('gpu-01', 1)], pods: [] },
  },
  {
    name: 'a GPU that was taken out while its node was down',
    text: (elapsedMs) =>
      elapsedMs >= 2 * minute && elapsedMs < 3 * minute
        ? exposition({ node: 'b' })
        : exposition({ node: 'b' }, {}, ...(elapsedMs < 2 * minute ? [{ index: 1 }] : [])),
    inventory: { nodes: [node('gpu-01', 1), node('b', 1)], pods: [] },
  },
  {
    name: 'GPUs whose time is shared',
    text: exposition({}),
    inventory: {
      nodes: [node('gpu-01', 4, { labels: { 'nvidia.com/gpu.replicas': '4', 'nvidia.com/gpu.count': '1' } })],
      pods: [],
    },
  },
  {
    name: 'an exporter that misses one reading',
    text: (_, index) => (index === 6 ? exposition({ node: 'b' }) : exposition({}, { node: 'b' })),
  },
  { name: 'a cluster without any exporter', text: '', inventory: { nodes: [node('gpu-01', 8)], pods: [] } },
  {
    name: 'a roll-out of a driver',
    text: (elapsedMs) => onNodes({ a: '550', b: '550', c: elapsedMs < 10 * minute ? '535' : '550' }),
  },
  { name: 'two nodes with two drivers', text: onNodes({ a: '550', b: '535' }), forMs: 39 * minute },
]

function* blanks(): Generator<string> {
  yield* [
    'GPU_TEMP',
    'MEMORY_TEMP',
    'FAN_SPEED',
    'FB_USED',
    'XID_ERRORS',
    'ECC_DBE_VOL_TOTAL',
    'ECC_SBE_VOL_TOTAL',
  ]
  yield* [
    'ROW_REMAP_FAILURE',
    'ROW_REMAP_PENDING',
    'RETIRED_PENDING',
    'THERMAL_VIOLATION',
    'POWER_VIOLATION',
    'MIG_MODE',
  ]
  yield* [
    'CLOCKS_EVENT_REASONS',
    'PCIE_LINK_WIDTH',
    'NVLINK_CRC_DATA_ERROR_COUNT_TOTAL',
    'DCGM_EXP_GPU_HEALTH_STATUS',
  ]
}

async function found({ text, forMs = 12 * minute, inventory }: Pick<Case, 'text' | 'forMs' | 'inventory'>) {
  const scene = createScene(inventory ? { inventory } : {})
  await scene.play(forMs, text)
  expect([...scene.judge.defects]).toEqual([])
  return scene.open()
}

describe('GPU signatures', () => {
  it.each(positives.map((one, index) => [one.rule, index, one] as const))(
    'find %s (%i)',
    async (rule, _, one) => {
      const findings = await found(one)
      expect(findings[0]?.rule).toBe(rule)
      for (const finding of findings) {
        expect(Finding.parse(finding)).toEqual(finding)
        expect(finding.evidence.length).toBeGreaterThan(0)
        expect(finding.remediation.length).toBeGreaterThan(0)
        expect(finding.id.length).toBeLessThanOrEqual(200)
        expect([finding.title, ...finding.evidence.map(({ text }) => text)].join('; ')).not.toMatch(
          /\d minutes|[\d.]+\.\d+ (min|s|h)\b|: reasons/,
        )
        for (const { command } of finding.remediation)
          if (command)
            expect(command).toMatch(
              /^(nvidia-smi -q|kubectl (get|describe|logs|(cordon|drain) .*--dry-run=server))/,
            )
      }
      expect(new Set(findings.map((finding) => finding.rule)).size).toBe(1)
    },
  )

  it.each(negatives.map((one) => [one.name, one] as const))('find nothing in %s', async (_, one) => {
    expect((await found(one)).map((finding) => `${finding.rule}: ${finding.title}`)).toEqual([])
  })

  it('are each tried by an example, and described', () => {
    const signatures = gpuSignatures(gpuDefaults)
    const tried = new Set(positives.map(({ rule }) => rule))
    const untried = signatures.filter(({ id }) => !tried.has(id) && !id.startsWith('gpu-xid-'))
    expect(untried.map(({ id }) => id)).toEqual([])
    expect(new Set(signatures.map(({ id }) => id)).size).toBe(signatures.length)
    expect(signatures.length).toBeGreaterThanOrEqual(40)
    for (const { check: _, ...rule } of signatures)
      expect(FindingRule.strip().parse(rule)).toMatchObject({ area: 'GPU' })
    const ids = new Set(signatures.map(({ id }) => id))
    expect(
      signatures.flatMap(({ consequenceOf }) => consequenceOf ?? []).filter((id) => !ids.has(id)),
    ).toEqual([])
  })

  it('name the reason first: a GPU that fell off the bus, with what follows from it', async () => {
    const scene = createScene({ inventory: { nodes: [node('gpu-01', 2)], pods: [] } })
    await scene.play(2 * minute, exposition({}, { index: 1 }))
    await scene.step(exposition({}, { index: 1, values: { XID_ERRORS: 79 } }))
    await scene.play(5 * minute, exposition({}))
    expect(scene.rules()).toEqual(['gpu-xid-79'])
    expect(scene.open()[0]?.evidence.some(({ text }) => text.includes('has vanished'))).toBe(true)
  })

  it('name heat that slows a GPU down before the heat, and what it costs', async () => {
    const findings = await found({
      text: of({ GPU_TEMP: 92, CLOCKS_EVENT_REASONS: 0x60, SM_CLOCK: 500, MAX_SM_CLOCK: 1_980 }),
    })
    expect(findings.map(({ rule }) => rule)).toEqual(['gpu-throttle-thermal'])
  })

  it('say of a GPU that is held back for how long, or in how much of which time', async () => {
    const titles = async (text: Text) => (await found({ text, forMs: 3 * minute })).map(({ title }) => title)
    expect(await titles(of({ CLOCKS_EVENT_REASONS: 0x40 }))).toEqual([
      expect.stringMatching(/ is held back by heat for 3 min\.$/),
    ])
    expect((await found({ text: rising('THERMAL_VIOLATION', 30e9) }))[0]?.title).toMatch(
      / is held back by heat in 100 % of the last 5 min\.$/,
    )
  })

  it('heed the thresholds of a site', async () => {
    const signatures = gpuSignatures({
      ...gpuDefaults,
      temperature_warning_celsius: 60,
      temperature_minutes: 1,
    })
    const temperature = signatures.find(({ id }) => id === 'gpu-temperature')
    expect(temperature?.condition).toContain('60 °C or more for 1 min;')
  })
})
