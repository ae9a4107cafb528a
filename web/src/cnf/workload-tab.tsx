import type { CnfWorkload } from '@aiops/contract/model/cnf'
import { RadioTower } from 'lucide-react'
import { useMemo } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatBytes, formatCount, missing } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Paged } from '../ui/paged.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { TableHead } from '../ui/table-head.tsx'
import type { CnfPartProps } from './cnf-part.ts'
import { workloadStatuses } from './cnf-search.ts'
import { Code } from './code.tsx'
import { listFits } from './list-fits.ts'
import { NothingFits } from './nothing-fits.tsx'
import { WorkloadBadge } from './state-badge.tsx'
import { useCnfWorkloads } from './use-cnf.ts'

/** Network functions, the failed first. */
export function WorkloadTab({ search, onChange }: CnfPartProps) {
  const query = useCnfWorkloads()
  const { cluster, type, status, text } = search
  const rows = useMemo(
    () =>
      (query.data?.workloads ?? [])
        .filter(
          (one) =>
            listFits(cluster, one.cluster_id) &&
            listFits(type, one.cnf_type) &&
            listFits(status, one.status) &&
            `${one.cluster_name} ${one.namespace}/${one.name} ${one.nodes.join(' ')}`
              .toLowerCase()
              .includes((text ?? '').toLowerCase()),
        )
        .sort((a, b) => workloadStatuses.indexOf(a.status) - workloadStatuses.indexOf(b.status)),
    [query.data, cluster, type, status, text],
  )
  return (
    <Loaded query={query}>
      {({ workloads }) =>
        workloads.length === 0 ? (
          <NoWorkload />
        ) : rows.length === 0 ? (
          <NothingFits what="network function" onChange={onChange} />
        ) : (
          <Paged search={search} items={rows} onChange={onChange}>
            {(some) => <WorkloadTable rows={some} />}
          </Paged>
        )
      }
    </Loaded>
  )
}

function WorkloadTable({ rows }: { rows: readonly CnfWorkload[] }) {
  return (
    <ScrollRegion label="Table of network functions">
      <table className="w-full min-w-[62rem]">
        <thead className="text-ink-mute text-xs">
          <tr>
            <TableHead className="w-32 pl-4">Status</TableHead>
            <TableHead className="w-16">Type</TableHead>
            <TableHead>Network function</TableHead>
            <TableHead className="text-right">Ready</TableHead>
            <TableHead>CPUs</TableHead>
            <TableHead className="text-right">Hugepages</TableHead>
            <TableHead className="text-right">VFs</TableHead>
            <TableHead>Nodes</TableHead>
            <TableHead>Recognised by</TableHead>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <Row key={`${one.cluster_id}/${one.namespace}/${one.kind}/${one.name}`} workload={one} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

function Row({ workload }: { workload: CnfWorkload }) {
  const { nodes, ready, desired } = workload
  return (
    <tr className="border-t hover:bg-sunken/60">
      <td className="py-1.5 pr-4 pl-4">
        <WorkloadBadge status={workload.status} />
      </td>
      <td className="pr-4">
        <Badge tone="outline">{workload.cnf_type === 'OTHER' ? 'Other' : workload.cnf_type}</Badge>
      </td>
      <td className="whitespace-nowrap pr-4">
        <span className="text-ink-mute">{workload.namespace}/</span>
        <span className="font-medium">{workload.name}</span>
        <p className="text-ink-mute text-xs">
          {workload.kind} · {workload.cluster_name}
        </p>
      </td>
      <td className={`pr-4 text-right ${ready < desired ? 'font-semibold text-critical' : ''}`}>
        {ready} of {desired}
      </td>
      <td className="whitespace-nowrap pr-4">
        {workload.cpu_pinned === null ? (
          <span className="text-ink-mute">not told</span>
        ) : workload.cpu_pinned ? (
          <span title="Guaranteed quality of service with whole CPUs">its own</span>
        ) : (
          <span className="text-ink-soft" title="Not guaranteed, or no whole CPUs">
            shared
          </span>
        )}
      </td>
      <td className="whitespace-nowrap pr-4 text-right">{formatBytes(workload.hugepages_bytes)}</td>
      <td className="pr-4 text-right">{formatCount(workload.sriov_vfs)}</td>
      <td className="max-w-56 truncate pr-4" title={nodes.join('\n')}>
        {nodes.length === 0
          ? missing
          : nodes.length > 2
            ? `${nodes[0]} and ${nodes.length - 1} more`
            : nodes.join(', ')}
      </td>
      <td className="max-w-64 truncate pr-4 text-ink-soft text-xs" title={workload.recognised_by}>
        {workload.recognised_by}
      </td>
    </tr>
  )
}

function NoWorkload() {
  return (
    <Empty icon={RadioTower} title="No cluster has a network function that is recognised">
      A workload is taken for one by a label such as <Code>app.kubernetes.io/component=upf</Code>, its image,
      a namespace such as <Code>du-*</Code> or <Code>upf-*</Code>, or metrics such as{' '}
      <Code>fivegs_upffunction_*</Code>. The platform’s account must be allowed to list the workloads of the
      cluster.
    </Empty>
  )
}
