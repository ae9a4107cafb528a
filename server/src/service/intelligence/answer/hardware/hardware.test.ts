import { expect, test } from 'vitest'
import { answered, type entityRef, minutesAgo, type Said, situationOf, textOf } from '../found.suite.ts'
import { hardwareAnswerers } from '../hardware.ts'

const answererOf = (intent: string) => hardwareAnswerers.find((one) => one.intent === intent)!
const east = { cluster_id: 'c', cluster_name: 'east' }
const ask = (
  intent: 'GPU' | 'CNF' | 'PTP',
  text: string,
  script: Said[],
  entities: ReturnType<typeof entityRef>[] = [],
) => answered(answererOf(intent), situationOf(intent, { text, entities }), script).draft
const headlineOf = (draft: ReturnType<typeof ask>): string =>
  draft.claims.find(({ role }) => role === 'HEADLINE')?.text ?? ''

const gpu = (index: number, more: object) => ({
  ...{ ...east, node_name: 'n2', index, uuid: `GPU-${index}`, name: 'A100', driver_version: null },
  ...{ cuda_version: null, memory_total_mb: 81_920, memory_free_mb: null, utilization_memory_percent: null },
  ...{ sm_active_ratio: null, tensor_active_ratio: null, dram_active_ratio: null, fan_speed_percent: null },
  ...{
    memory_temperature_celsius: null,
    power_draw_watts: null,
    power_limit_watts: null,
    sm_clock_mhz: null,
  },
  ...{ ecc_uncorrected: null, last_xid: null, mig_enabled: null, mig_instances: [], processes: [] },
  ...{ namespace: null, pod: null, health: 'OK' as const, stale: false, last_updated: minutesAgo(0) },
  ...{ utilization_gpu_percent: 0, memory_used_mb: 0, temperature_celsius: 43, ...more },
})
const hot = gpu(1, {
  ...{ utilization_gpu_percent: 98, memory_used_mb: 70_000, temperature_celsius: 91, pod: 'ranker-1' },
  health: 'WARNING',
})
const gpus = (...list: ReturnType<typeof gpu>[]): Said => ({
  tool: 'get_gpu_nodes',
  output: { gpus: list, total: list.length, nodes: [] },
})
const finding = (area: 'GPU' | 'CNF', rule: string, name: string, title: string) => ({
  ...{ id: rule, ...east, area, analyzer: rule.split('-')[0]!, rule, severity: 'HIGH' as const, title },
  ...{ object: { kind: 'Thing', namespace: '', name }, parent: null, since: minutesAgo(5) },
  ...{
    found_at: minutesAgo(1),
    evidence: [],
    causes: [],
    alert_name: null,
    documentation_url: 'https://a.b',
  },
  remediation: [{ text: 'See to it.', command: null }],
})
const findings = (...list: ReturnType<typeof finding>[]): Said => ({
  tool: 'list_findings',
  output: { findings: list, total: list.length, by_severity: {}, by_cluster: {} },
})
const throttled = finding('GPU', 'gpu-throttle-thermal', 'n2/GPU-1', 'GPU 1 of n2 is held back by heat.')

test('GPU answers what is asked: heat, what is free, who uses one, how busy they are', () => {
  const script = [gpus(hot, gpu(0, {})), findings(throttled)]
  expect(headlineOf(ask('GPU', 'Is any GPU overheating?', script))).toBe(
    'Yes: GPU 1 of n2 is at 91 °C: GPU 1 of n2 is held back by heat.',
  )
  expect(headlineOf(ask('GPU', 'Do we have a free GPU?', script))).toBe(
    'Yes: 1 of 2 GPUs is not allocated: GPU 0 of n2.',
  )
  expect(headlineOf(ask('GPU', 'Who uses the GPU memory?', script))).toBe(
    'ranker-1 uses GPU 1 of n2: 70,000 of 81,920 MiB of its memory.',
  )
  expect(headlineOf(ask('GPU', 'GPU utilisation?', script))).toBe(
    'Utilisation: GPU 1 of n2 98 % (pod ranker-1) and GPU 0 of n2 0 % (not allocated).',
  )
  expect(headlineOf(ask('GPU', 'How are the GPUs?', script))).toMatch(
    /^2 GPUs on 1 node, 1 allocated; one needs/,
  )
})

test('a GPU is called too hot only where the platform judged it so, and an untold temperature is no number', () => {
  const none = ask('GPU', 'Is any GPU overheating?', [gpus(hot), findings()])
  expect(headlineOf(none)).toBe('No: no GPU is reported as too hot; GPU 1 of n2 is the hottest, at 91 °C.')
  const untold = ask('GPU', 'How hot are the GPUs?', [
    gpus(gpu(0, { temperature_celsius: null })),
    findings(),
  ])
  expect(headlineOf(untold)).toBe('No GPU tells its temperature.')
})

test('no GPU anywhere is an answer, and a look that failed is none', () => {
  expect(headlineOf(ask('GPU', 'How are the GPUs?', [gpus(), findings()]))).toBe('No GPU is known.')
  const failed = ask('GPU', 'How are the GPUs?', [])
  expect([failed.outcome, headlineOf(failed)]).toEqual([
    ...['UNANSWERABLE', 'The GPUs could not be looked at: Nobody was asked.'],
  ])
})

const clock = (port: string, state: 'LOCKED' | 'FREERUN', offset_ns: number | null) => ({
  ...{ ...east, node_name: 'n1', interface: port, process: 'ptp4l', state, offset_ns, max_offset_ns: null },
  ...{ delay_ns: null, frequency_adjustment_ns: null, clock_class: null, role: null, since: minutesAgo(40) },
  last_updated: minutesAgo(0),
})
const clocks = (...statuses: ReturnType<typeof clock>[]): Said => ({
  tool: 'get_ptp_status',
  output: { statuses, total: statuses.length },
})

test('PTP says whether clocks are in sync, or how far off one is, whichever is asked', () => {
  const off = [clocks(clock('ens1', 'FREERUN', 1_850)), findings()]
  expect(headlineOf(ask('PTP', 'Is PTP in sync?', off))).toBe(
    'No: the PTP clock is not locked: ens1 of n1 (ptp4l) is FREERUN, offset 1,850 ns, since 13:51 UTC, 40 min ago.',
  )
  expect(headlineOf(ask('PTP', 'How large is the clock offset?', off))).toBe(
    'The offset of ens1 of n1 (ptp4l) is 1,850 ns, and it is FREERUN, since 13:51 UTC, 40 min ago.',
  )
  const locked = [clocks(clock('ens1', 'LOCKED', 4), clock('ens2', 'LOCKED', -9)), findings()]
  expect(headlineOf(ask('PTP', 'Is PTP in sync?', locked))).toBe(
    'Yes: all 2 PTP clocks are LOCKED; the largest offset is -9 ns, ens2 of n1.',
  )
})

test('a locked clock that a rule finds fault with is not called in sync, and no clock is not called in sync either', () => {
  const far = finding('CNF', 'ptp-offset-high', 'n1', 'The offset is beyond 100 ns.')
  expect(
    headlineOf(ask('PTP', 'Is PTP in sync?', [clocks(clock('ens1', 'LOCKED', 300)), findings(far)])),
  ).toBe(
    'Not quite: the PTP clock is LOCKED; the largest offset is 300 ns, ens1 of n1. But: The offset is beyond 100 ns.',
  )
  expect(headlineOf(ask('PTP', 'Is PTP in sync?', [clocks(), findings()]))).toBe(
    'No PTP clock is reported, so I cannot say whether time is in sync there.',
  )
})

const workload = (name: string, cnf_type: 'VDU' | 'UPF') => ({
  ...{ ...east, namespace: 'ran', name, kind: 'StatefulSet', cnf_type, recognised_by: 'label' },
  ...{ status: 'HEALTHY' as const, desired: 1, ready: 1, nodes: ['n1'], cpu_pinned: null },
  ...{ hugepages_bytes: null, sriov_vfs: null },
})
const functions: Said = {
  tool: 'get_cnf_workloads',
  output: { workloads: [workload('upf', 'UPF'), workload('vdu', 'VDU')], total: 2 },
}
const noKpis: Said = { tool: 'get_cnf_kpis', output: { kpis: [], total: 0 } }

test('CNF lists network functions, and a healthy one on a node whose clock runs free is not simply all right', () => {
  const steady = [functions, noKpis, clocks(clock('ens1', 'LOCKED', 4)), findings()]
  expect(headlineOf(ask('CNF', 'Which CNFs do we run?', steady))).toBe(
    '2 network functions run: upf (UPF) and vdu (VDU); all are HEALTHY.',
  )
  expect(headlineOf(ask('CNF', 'Is the vDU all right?', steady))).toBe(
    'Yes: vdu (VDU) in ran of east is HEALTHY, 1 of 1 ready on n1.',
  )
  const loose = ask('CNF', 'Is the vDU all right?', [
    ...[functions, noKpis, clocks(clock('ens1', 'FREERUN', 1_850)), findings()],
  ])
  expect(headlineOf(loose)).toMatch(/^Not quite: vdu \(VDU\) in ran of east is HEALTHY/)
  expect(textOf(loose)).toContain('ens1 of n1 is FREERUN, offset 1,850 ns.')
  expect(headlineOf(ask('CNF', 'How is the AMF?', steady))).toBe(
    'No AMF is known; there are UPF upf and VDU vdu.',
  )
})
