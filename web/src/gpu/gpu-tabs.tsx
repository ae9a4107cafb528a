import { Gpu } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { AreaFindings } from '../finding/area-findings.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Paged } from '../ui/paged.tsx'
import { TabList } from '../ui/tab-list.tsx'
import type { GpuSearchChange } from './gpu-filter.tsx'
import { type ClusterGroup, processesOf, rowsOf, sortRows } from './gpu-row.ts'
import { type GpuSearch, type GpuView, noFilter } from './gpu-search.ts'
import { GpuTable } from './gpu-table.tsx'
import { HeatMap } from './heat-map.tsx'
import type { Measure } from './measure.ts'
import { NodeTable } from './node-table.tsx'
import { NoProcess, ProcessTable } from './process-table.tsx'
import { useThresholds } from './threshold.ts'

type GpuTabsProps = { search: GpuSearch; groups: readonly ClusterGroup[]; onChange: GpuSearchChange }

/** The same GPUs as a map, as lists of GPUs, nodes and processes, and what is wrong with them. */
export function GpuTabs({ search, groups, onChange }: GpuTabsProps) {
  const view = search.view ?? 'map'
  const tab = (value: GpuView, label: string, content: React.ReactNode) => ({
    ...{ value, label },
    content: <div className="rounded-lg border bg-surface">{content}</div>,
  })
  const listed = (content: React.ReactNode) =>
    groups.length === 0 ? <NothingFits onClear={() => onChange(noFilter)} /> : content
  return (
    <TabList
      label="Views"
      value={view}
      onChange={(next) => onChange({ view: next === 'map' ? undefined : next })}
      tabs={[
        tab('map', 'Heat map', listed(<MapPart search={search} groups={groups} onChange={onChange} />)),
        tab('gpus', 'GPUs', listed(<GpuPart search={search} groups={groups} onChange={onChange} />)),
        tab('nodes', 'Nodes', listed(<NodePart search={search} groups={groups} onChange={onChange} />)),
        tab(
          'processes',
          'Processes',
          listed(<ProcessPart search={search} groups={groups} onChange={onChange} />),
        ),
        tab(
          'findings',
          'Findings',
          <AreaFindings
            area="GPU"
            about="GPUs"
            clusters={search.cluster ?? []}
            search={search.node ?? search.text ?? ''}
            page={search.page ?? 1}
            onPage={(page) => onChange({ page })}
          />,
        ),
      ]}
    />
  )
}

function MapPart({ search, groups, onChange }: GpuTabsProps) {
  const measure = search.measure ?? 'utilisation'
  const thresholds = useThresholds()
  const open = useCallback((gpu: string) => onChange({ gpu }), [onChange])
  const setMeasure = useCallback(
    (next: Measure) => onChange({ measure: next === 'utilisation' ? undefined : next }, true),
    [onChange],
  )
  const onNode = useCallback((node: string) => onChange({ node }), [onChange])
  return (
    <HeatMap
      groups={groups}
      measure={measure}
      thresholds={thresholds}
      onMeasure={setMeasure}
      onOpen={open}
      onNode={onNode}
    />
  )
}

function GpuPart({ search, groups, onChange }: GpuTabsProps) {
  const sort = search.sort ?? 'health'
  const thresholds = useThresholds()
  const rows = useMemo(() => sortRows(rowsOf(groups), sort), [groups, sort])
  return (
    <Paged search={search} items={rows} onChange={onChange}>
      {(some) => (
        <GpuTable
          rows={some}
          sort={sort}
          thresholds={thresholds}
          onSort={(next) => onChange({ sort: next === 'health' ? undefined : next })}
        />
      )}
    </Paged>
  )
}

function NodePart({ search, groups, onChange }: GpuTabsProps) {
  return (
    <Paged search={search} items={groups.flatMap(({ nodes }) => nodes)} onChange={onChange}>
      {(some) => <NodeTable groups={some} />}
    </Paged>
  )
}

function ProcessPart({ search, groups, onChange }: GpuTabsProps) {
  const rows = useMemo(() => processesOf(rowsOf(groups)), [groups])
  if (rows.length === 0) return <NoProcess />
  return (
    <Paged search={search} items={rows} onChange={onChange}>
      {(some) => <ProcessTable rows={some} />}
    </Paged>
  )
}

function NothingFits({ onClear }: { onClear: () => void }) {
  return (
    <Empty icon={Gpu} title="No GPU fits this filter">
      <Button onClick={onClear} className="mt-1">
        Clear the filter
      </Button>
    </Empty>
  )
}
