import { SriovStatus } from '@aiops/contract/model/cnf'
import { expect, test } from 'vitest'
import { readingOf } from '../signature/exposition-reading.suite.ts'
import { inventoryOf, pod } from './inventory.suite.ts'
import { sriovStatus } from './sriov-status.ts'

const cluster = { id: 'c1', name: 'edge-1' }
const vf = (index: number, numa = '0') => `
sriov_vf_rx_packets{numa_node="${numa}",pciAddr="0000:02:0a.${index}",pf="ens785f2",vf="${index}",pod="exporter",namespace="mon"} 10
sriov_vf_rx_dropped{numa_node="${numa}",pciAddr="0000:02:0a.${index}",pf="ens785f2",vf="${index}",pod="exporter",namespace="mon"} 3
`
// The samples do not name their node: it is that of the exporter's pod.
const inventory = inventoryOf([pod('exporter', { namespace: 'mon', node: 'du-1' })])
const use = (index: number) =>
  `sriov_kubepoddevice{pciAddr="0000:02:0a.${index}",dev_type="openshift.io/fh",exported_pod="du-0",exported_namespace="du-a",exported_container="du",pod="exporter",namespace="mon"} 1\n`

test('counts functions, who has them and what they dropped', () => {
  const status = sriovStatus(readingOf(vf(10) + vf(2) + use(2), 0), inventory, cluster)
  expect(status).toEqual([
    {
      ...{ cluster_id: 'c1', cluster_name: 'edge-1', node_name: 'du-1', interface: 'ens785f2', numa_node: 0 },
      ...{ total_vfs: 2, allocated_vfs: 1, rx_dropped: 6, tx_dropped: null, tx_errors: null },
      vfs: [
        { vf: '2', pci_address: '0000:02:0a.2', namespace: 'du-a', pod: 'du-0' },
        { vf: '10', pci_address: '0000:02:0a.10', namespace: null, pod: null },
      ],
      last_updated: '1970-01-01T00:00:00.000Z',
    },
  ])
  expect(SriovStatus.array().safeParse(status).success).toBe(true)
})

test('without the exporter’s pod links nobody knows how many are given away, and a machine without NUMA has none', () => {
  expect(sriovStatus(readingOf(vf(0, '-1'), 0), inventory, cluster)).toMatchObject([
    { allocated_vfs: null, numa_node: null },
  ])
})
