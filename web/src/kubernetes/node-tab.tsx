import type { NodeSummary } from '@aiops/contract/model/kubernetes'
import { Server } from 'lucide-react'
import { useMemo } from 'react'
import type { ClusterPanelProps } from '../cluster/cluster-tab.ts'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { formatBytes, formatNumber } from '../ui/format.ts'
import { LoadNote } from '../ui/load-note.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { counted } from '../ui/words.ts'
import { MomentPicker } from './moment-picker.tsx'
import { NodeBar } from './node-bar.tsx'
import { nodeStatus, worstFirst } from './node-order.ts'
import { ObjectButton } from './object-button.tsx'
import { StatusText } from './status-text.tsx'
import { SwitchButton } from './switch-button.tsx'
import { TabFrame } from './tab-frame.tsx'
import { useNodes } from './use-inside.ts'
import { type TabChange, useTabSearch } from './use-tab-search.ts'

export function NodeTab({ cluster }: ClusterPanelProps) {
  const { search, change } = useTabSearch()
  const { text, problems, at } = search
  const { data, error, refetch } = useNodes(cluster.id, at)
  const height = useNarrow() ? 132 : 56
  const nodes = useMemo(
    () =>
      (data?.nodes ?? [])
        .filter((one) => one.name.includes(text ?? '') && (!problems || nodeStatus(one) !== 'Ready'))
        .sort(worstFirst),
    [data, text, problems],
  )
  const filter = (
    <>
      <SearchField
        label="Search nodes by name"
        value={text ?? ''}
        onChange={(next) => change({ text: next || undefined }, true)}
        className="w-full sm:w-56"
      />
      <SwitchButton on={problems === true} onChange={(next) => change({ problems: next })}>
        Problems only
      </SwitchButton>
      <p className="flex items-center gap-3 text-ink-mute text-xs">
        <span className="inline-flex items-center gap-1">
          <span aria-hidden className="h-1.5 w-4 rounded-full bg-accent" /> requested
        </span>
        <span className="inline-flex items-center gap-1">
          <span aria-hidden className="h-3 w-0.5 bg-ink" /> used
        </span>
        of allocatable
      </p>
      <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
        {data && counted(nodes.length, 'node')}
      </p>
      <MomentPicker
        clusterId={cluster.id}
        at={at}
        onChange={(next) => change({ at: next }, at !== undefined)}
      />
    </>
  )
  return (
    <TabFrame {...{ cluster, search, change, filter }} label="Nodes">
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {data && nodes.length === 0 && <Empty icon={Server} title="No node fits" />}
      {nodes.length > 0 && (
        <VirtualTable
          label={`${nodes.length} nodes`}
          count={nodes.length}
          rowHeight={height}
          head={
            <tr>
              <TableHead className="pl-4">Node</TableHead>
              <TableHead className="w-36">Status</TableHead>
              <TableHead className="w-16 text-right">Pods</TableHead>
              <TableHead className="w-[17%]">CPU, cores</TableHead>
              <TableHead className="w-[17%]">Memory</TableHead>
              <TableHead className="w-[10%]">GPU</TableHead>
            </tr>
          }
          row={(index) => {
            const node = nodes[index]
            return node && <NodeRow key={node.name} {...{ node, height, change }} />
          }}
        />
      )}
    </TabFrame>
  )
}

type NodeRowProps = { node: NodeSummary; height: number; change: TabChange }

function NodeRow({ node, height, change }: NodeRowProps) {
  const { name, allocatable, requested, usage, roles, version } = node
  return (
    <tr
      style={{ height }}
      className="overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-2 max-md:content-center max-md:gap-x-3 max-md:gap-y-1 max-md:px-3 md:table-row"
    >
      <td className="min-w-0 md:pr-4 md:pl-4">
        <ObjectButton object={{ kind: 'Node', namespace: '', name }} change={change} />
        <p className="truncate text-ink-mute text-xs" title={node.os}>
          {[roles.join(', '), version].filter(Boolean).join(' · ')}
        </p>
      </td>
      <td className="min-w-0 max-md:text-right md:pr-4">
        <StatusText status={nodeStatus(node)} />
      </td>
      <td className="text-right max-md:hidden md:pr-4">
        {/* A node that is full takes no more, whatever else it has left. */}
        <span className={className(node.pods >= allocatable.pods && 'font-medium text-critical')}>
          {node.pods}
        </span>
        <span className="text-ink-mute">/{allocatable.pods}</span>
      </td>
      <td className="md:pr-5">
        <NodeBar
          label={`CPU of ${name}`}
          {...{ allocatable: allocatable.cpu_cores, requested: requested.cpu_cores, used: usage?.cpu_cores }}
          format={formatNumber}
        />
      </td>
      <td className="md:pr-5">
        <NodeBar
          label={`Memory of ${name}`}
          {...{
            allocatable: allocatable.memory_bytes,
            requested: requested.memory_bytes,
            used: usage?.memory_bytes,
          }}
          format={formatBytes}
        />
      </td>
      <td className="md:pr-4">
        {allocatable.gpus > 0 || requested.gpus > 0 ? (
          <NodeBar
            label={`GPUs of ${name}`}
            {...{ allocatable: allocatable.gpus, requested: requested.gpus, used: undefined }}
            format={formatNumber}
          />
        ) : (
          <span className="text-ink-mute max-md:hidden">none</span>
        )}
      </td>
    </tr>
  )
}
