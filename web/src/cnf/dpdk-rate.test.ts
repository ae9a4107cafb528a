import type { DpdkStats } from '@aiops/contract/model/cnf'
import { describe, expect, it } from 'vitest'
import { portRates } from './dpdk-rate.ts'

const stats = (second: number, rx_packets: number | null, port = '0'): DpdkStats => ({
  ...{ cluster_id: 'c', namespace: 'du', pod_name: 'du-0', busy_ratio: null },
  ports: [{ port, rx_packets, tx_packets: null, rx_errors: 0, tx_errors: 0, rx_missed: 0, rx_nombuf: 0 }],
  last_updated: new Date(second * 1_000).toISOString(),
})

describe('portRates', () => {
  it('is what came between two readings, per second', () => {
    expect(portRates(stats(0, 1_000), stats(5, 2_000)).get('0')).toMatchObject({
      rx_packets: 200,
      rx_errors: 0,
    })
  })
  it('says nothing of a counter that began anew, was not told, or of a first reading', () => {
    expect(portRates(stats(0, 1_000), stats(5, 3)).get('0')).not.toHaveProperty('rx_packets')
    expect(portRates(stats(0, null), stats(5, 3)).get('0')).not.toHaveProperty('rx_packets')
    expect(portRates(undefined, stats(5, 3)).size).toBe(0)
    expect(portRates(stats(5, 1), stats(5, 3)).size).toBe(0)
    expect(portRates(stats(0, 1, '1'), stats(5, 3)).size).toBe(0)
  })
})
