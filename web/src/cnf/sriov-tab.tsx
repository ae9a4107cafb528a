import type { SriovStatus } from '@aiops/contract/model/cnf'
import { Link } from '@tanstack/react-router'
import { Cable } from 'lucide-react'
import { useMemo } from 'react'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { formatCount, missing } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Meter } from '../ui/meter.tsx'
import { Paged } from '../ui/paged.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { counted } from '../ui/words.ts'
import type { CnfPartProps } from './cnf-part.ts'
import { Code } from './code.tsx'
import { listFits } from './list-fits.ts'
import { NothingFits } from './nothing-fits.tsx'
import { StaleBadge } from './state-badge.tsx'
import { useSriovStatus } from './use-cnf.ts'

const troubleOf = (card: SriovStatus): number =>
  (card.rx_dropped ?? 0) + (card.tx_dropped ?? 0) + (card.tx_errors ?? 0)

/** Cards that are shared out, those with drops first. */
export function SriovTab({ search, onChange }: CnfPartProps) {
  const query = useSriovStatus()
  const { cluster, text } = search
  const rows = useMemo(
    () =>
      (query.data?.interfaces ?? [])
        .filter(
          (card) =>
            listFits(cluster, card.cluster_id) &&
            `${card.cluster_name} ${card.node_name} ${card.interface} ${card.vfs.map(({ pod }) => pod).join(' ')}`
              .toLowerCase()
              .includes((text ?? '').toLowerCase()),
        )
        .sort((a, b) => troubleOf(b) - troubleOf(a)),
    [query.data, cluster, text],
  )
  return (
    <Loaded query={query}>
      {({ interfaces }) =>
        interfaces.length === 0 ? (
          <NoCard />
        ) : rows.length === 0 ? (
          <NothingFits what="interface" onChange={onChange} />
        ) : (
          <Paged search={search} items={rows} onChange={onChange}>
            {(some) => <SriovTable rows={some} />}
          </Paged>
        )
      }
    </Loaded>
  )
}

function SriovTable({ rows }: { rows: readonly SriovStatus[] }) {
  return (
    <ScrollRegion label="Table of interfaces">
      <table className="w-full min-w-[58rem]">
        <thead className="text-ink-mute text-xs">
          <tr>
            <TableHead className="pl-4">Interface</TableHead>
            <TableHead>NUMA node</TableHead>
            <TableHead className="w-48">VFs given to pods</TableHead>
            <TableHead className="text-right">Receive drops</TableHead>
            <TableHead className="text-right">Transmit drops</TableHead>
            <TableHead className="text-right">Transmit errors</TableHead>
            <TableHead className="w-72 pl-6">Pods</TableHead>
          </tr>
        </thead>
        <tbody>
          {rows.map((card) => (
            <Row key={`${card.cluster_id}/${card.node_name}/${card.interface}`} card={card} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

function Row({ card }: { card: SriovStatus }) {
  return (
    <tr className="border-t align-top hover:bg-sunken/60">
      <td className="whitespace-nowrap py-1.5 pr-4 pl-4">
        <span className="font-medium">{card.interface}</span> <span className="text-ink-mute">of</span>{' '}
        {card.node_name} <StaleBadge at={card.last_updated} />
        <p className="text-ink-mute text-xs">{card.cluster_name}</p>
      </td>
      <td className="py-1.5 pr-4">{card.numa_node ?? missing}</td>
      <td className="py-1.5 pr-4">
        {card.allocated_vfs === null ? (
          <span className="text-ink-mute" title="The exporter has no sriov_kubepoddevice">
            not told, {card.total_vfs} in all
          </span>
        ) : (
          <>
            <span className={card.allocated_vfs === card.total_vfs ? 'font-semibold text-medium' : ''}>
              {card.allocated_vfs} of {card.total_vfs}
            </span>
            <Meter
              share={card.total_vfs === 0 ? 0 : card.allocated_vfs / card.total_vfs}
              label={`Virtual functions of ${card.interface} given to pods`}
            />
          </>
        )}
      </td>
      {[card.rx_dropped, card.tx_dropped, card.tx_errors].map((count, i) => (
        <td
          // biome-ignore lint/suspicious/noArrayIndexKey: three fixed columns
          key={i}
          className={className('py-1.5 pr-4 text-right', (count ?? 0) > 0 && 'font-semibold text-critical')}
        >
          {count === null ? <span className="font-normal text-ink-mute">not told</span> : formatCount(count)}
        </td>
      ))}
      <td className="py-1.5 pr-4 pl-6">
        <Pods card={card} />
      </td>
    </tr>
  )
}

function Pods({ card }: { card: SriovStatus }) {
  const byPod = new Map<string, { namespace: string | null; vfs: string[] }>()
  for (const { pod, namespace, vf } of card.vfs) {
    if (pod === null) continue
    const found = byPod.get(pod) ?? { namespace, vfs: [] }
    found.vfs.push(vf)
    byPod.set(pod, found)
  }
  if (byPod.size === 0) return <span className="text-ink-mute">{missing}</span>
  return (
    <ul>
      {[...byPod].slice(0, 4).map(([pod, { namespace, vfs }]) => (
        <li key={pod} className="truncate">
          <Link
            from="/cnf"
            to="/cnf"
            search={(old) => ({ ...old, tab: 'dpdk' as const, pod: `${card.cluster_id}/${pod}` })}
            title={`Packet counters of ${pod}; VF ${vfs.join(', ')}`}
            className="hover:underline"
          >
            <span className="text-ink-mute">{namespace}/</span>
            {pod}
          </Link>{' '}
          <span className="text-ink-mute text-xs">{counted(vfs.length, 'VF')}</span>
        </li>
      ))}
      {byPod.size > 4 && <li className="text-ink-mute text-xs">and {byPod.size - 4} more</li>}
    </ul>
  )
}

function NoCard() {
  return (
    <Empty icon={Cable} title="No cluster tells of SR-IOV interfaces">
      They appear once a cluster’s Prometheus scrapes the <Code>sriov-network-metrics-exporter</Code> (metrics{' '}
      <Code>sriov_vf_*</Code>, port 9808); which pod has which virtual function is told by its{' '}
      <Code>sriov_kubepoddevice</Code>.
    </Empty>
  )
}
