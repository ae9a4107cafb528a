import { DpdkStats } from '@aiops/contract/model/cnf'
import { expect, test } from 'vitest'
import { createPlayer } from '../signature/exposition-reading.suite.ts'
import { dpdkStats } from './dpdk-stats.ts'
import { dpdkCounterOf } from './names.ts'

const cluster = { id: 'c1', name: 'edge-1' }
const of = 'namespace="upf-a",pod="upf-0"'

test('gathers ports and the busiest core of each pod', async () => {
  const play = createPlayer([])
  await play.play(
    5 * 60_000,
    (ms) => `
dpdk_counters_rx_packets{${of},port="0"} 10
dpdk_counters_rx_missed{${of},port="0"} 3
dpdk_opackets{${of},port_id="1"} 4
dpdk_cpu_total_cycles{${of},cpu="2"} ${ms * 10}
dpdk_cpu_busy_cycles{${of},cpu="2"} ${ms * 2}
dpdk_cpu_total_cycles{${of},cpu="3"} ${ms * 10}
dpdk_cpu_busy_cycles{${of},cpu="3"} ${ms * 8}
rx_packets{namespace="web",pod="nginx",device="eth0"} 5`,
  )
  const stats = dpdkStats(play.history, cluster)
  const none = {
    rx_packets: null,
    tx_packets: null,
    rx_errors: null,
    tx_errors: null,
    rx_missed: null,
    rx_nombuf: null,
  }
  expect(stats).toMatchObject([{ namespace: 'upf-a', pod_name: 'upf-0', busy_ratio: 0.8 }])
  expect(stats[0]?.ports).toEqual([
    { ...none, port: '0', rx_packets: 10, rx_missed: 3 },
    { ...none, port: '1', tx_packets: 4 },
  ])
  expect(DpdkStats.array().safeParse(stats).success).toBe(true)
})

test('exporters’ names come to the same, and other things’ names to nothing', () => {
  const same = [
    'rx_missed',
    'rx_missed_total',
    'dpdk_rx_missed',
    'dpdk_ethdev_rx_missed_total',
    'dpdk_imissed',
    'dpdk_counters_rx_missed',
  ]
  expect(new Set(same.map((name) => dpdkCounterOf(name, true)))).toEqual(new Set(['rx_missed']))
  expect(dpdkCounterOf('rx_missed', false)).toBeUndefined()
  for (const name of [
    'node_network_receive_packets_total',
    'rx_packets_bytes',
    'dpdk_constructor',
    'ovs_interface_rx_packets',
    '__proto__',
  ])
    expect(dpdkCounterOf(name, true)).toBeUndefined()
  expect(dpdkCounterOf('ovs_pmd_processing_cycles_total', true)).toBe('busy_cycles')
})
