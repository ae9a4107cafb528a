import { expect, test } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import type { ClusterApi, LogAsk } from '../../../port/cluster-api.ts'
import { inventoryOf, pod } from './inventory.suite.ts'
import { LinuxptpSource } from './linuxptp-source.ts'

const daemon = (node: string) =>
  pod(`linuxptp-daemon-${node}`, { namespace: 'openshift-ptp', node, labels: { app: 'linuxptp-daemon' } })

/** A source over logs that a test writes, with a clock of its own. */
function createSource(logs: Record<string, string | Fault>, nodes = ['du-1', 'du-2']) {
  let nowMs = Date.UTC(2026, 0, 1)
  const asked: LogAsk[] = []
  const api = {
    async logs(ask: LogAsk) {
      asked.push(ask)
      const log = logs[ask.pod.replace('linuxptp-daemon-', '')] ?? ''
      if (log instanceof Fault) throw log
      return (async function* () {
        const bytes = new TextEncoder().encode(log)
        for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
      })()
    },
  } as unknown as ClusterApi
  const source = new LinuxptpSource({ now: () => nowMs }, { nodesMax: 10 })
  const inventory = inventoryOf(nodes.map(daemon))
  return {
    ...{ asked, logs },
    async collect(told: Parameters<LinuxptpSource['collect']>[2] = []) {
      nowMs += 30_000
      const samples = await source.collect(api, inventory, told, new AbortController().signal)
      return samples
        .filter(({ labels }) => labels.__name__ === 'openshift_ptp_clock_state')
        .map(({ labels, value }) => [labels.node, labels.iface, value])
    },
    wait: (ms: number) => {
      nowMs += ms
    },
  }
}

const locked = `ptp4l[1.0]: [ptp4l.0.config] port 1 (ens1f0): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED
ptp4l[2.0]: [ptp4l.0.config] master offset -9 s2 freq +3409 path delay 483
phc2sys[3.0]: [ptp4l.0.config] CLOCK_REALTIME phc offset 12 s2 freq +6879 delay 49`

test('tells the clocks of nodes that no exporter tells of, and asks only for what is new', async () => {
  const source = createSource({ 'du-1': locked, 'du-2': locked })
  const told = [
    { labels: { __name__: 'openshift_ptp_clock_state', node: 'du-2', process: 'ptp4l' }, value: 1 },
  ]
  expect(await source.collect(told)).toEqual([
    ['du-1', 'ens1f0', 1],
    ['du-1', 'CLOCK_REALTIME', 1],
  ])
  source.logs['du-1'] = 'ptp4l[4.0]: [ptp4l.0.config] master offset 900 s0 freq +3409 path delay 483'
  // The slave port is remembered from before.
  expect(await source.collect(told)).toContainEqual(['du-1', 'ens1f0', 0])
  expect(source.asked.map(({ pod: name, sinceTime }) => [name, sinceTime])).toEqual([
    ['linuxptp-daemon-du-1', '2025-12-31T23:50:25.000Z'],
    ['linuxptp-daemon-du-1', '2026-01-01T00:00:25.000Z'],
  ])
})

test('what says nothing more for five minutes is not believed any longer', async () => {
  const source = createSource({ 'du-1': locked }, ['du-1'])
  expect(await source.collect()).toHaveLength(2)
  source.logs['du-1'] = ''
  expect(await source.collect()).toHaveLength(2)
  source.wait(300_000)
  expect(await source.collect()).toEqual([])
})

test('a node that fails disturbs no other, and where logs are refused they are left alone for a while', async () => {
  const failing = createSource({ 'du-1': new Fault('CLUSTER_UNREACHABLE', 'No answer.'), 'du-2': locked })
  expect((await failing.collect()).map(([node]) => node)).toEqual(['du-2', 'du-2'])
  const refused = createSource({ 'du-1': new Fault('PERMISSION_DENIED', 'No.') }, ['du-1'])
  await refused.collect()
  await refused.collect()
  expect(refused.asked).toHaveLength(1)
  refused.wait(600_000)
  await refused.collect()
  expect(refused.asked).toHaveLength(2)
})

test('a daemon that sends without end is cut off', async () => {
  const source = createSource({ 'du-1': `${locked}\n${'x'.repeat(3_000_000)}` }, ['du-1'])
  expect(await source.collect()).toHaveLength(2)
})
