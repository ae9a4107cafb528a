import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { GpuDetail } from './gpu-detail.tsx'
import { GpuFilter, type GpuSearchChange } from './gpu-filter.tsx'
import { facetsOf, findGpu, groupsOf } from './gpu-row.ts'
import type { GpuSearch } from './gpu-search.ts'
import { GpuTabs } from './gpu-tabs.tsx'
import { NoGpu } from './no-gpu.tsx'
import { SummaryPanel } from './summary-panel.tsx'
import { useGpuNodes } from './use-gpu.ts'

const route = getRouteApi('/gpu')

/** All GPUs of all clusters. */
export function GpuPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useGpuNodes()
  const { cluster, node, type, health, text } = search
  const nodes = data?.nodes
  const groups = useMemo(
    () =>
      groupsOf(nodes ?? [], {
        ...(cluster && { cluster }),
        ...(node && { node }),
        ...(type && { type }),
        ...(health && { health }),
        ...(text && { text }),
      }),
    [nodes, cluster, node, type, health, text],
  )
  const facets = useMemo(() => facetsOf(nodes ?? []), [nodes])
  /** A change of what is listed starts at the first page again. */
  const change: GpuSearchChange = useCallback(
    (part, replace = false) =>
      void navigate({
        search: (old) => ({ ...old, page: undefined, ...part }) as GpuSearch,
        replace,
        resetScroll: false,
      }),
    [navigate],
  )
  const open = search.gpu
  const found = open === undefined || !nodes ? undefined : findGpu(nodes, open)
  const shown = data && {
    gpus: groups.reduce((sum, group) => sum + group.gpus, 0),
    nodes: groups.reduce((sum, group) => sum + group.nodes.length, 0),
  }
  return (
    <>
      <PageTitle title="GPU" />
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-4" />}
      {!data && !error && <SkeletonRows rows={10} />}
      {data && data.nodes.length === 0 && <NoGpu />}
      {data && data.nodes.length > 0 && (
        <div className="space-y-4">
          <SummaryPanel clusters={cluster ?? none} />
          <GpuFilter search={search} facets={facets} shown={shown} onChange={change} />
          <GpuTabs search={search} groups={groups} onChange={change} />
        </div>
      )}
      {open !== undefined && data && (
        <GpuDetail
          row={found}
          gpuKey={open}
          range={search.range ?? '1h'}
          onRange={(range) => change({ range, page: search.page }, true)}
          onClose={() => change({ gpu: undefined, page: search.page })}
        />
      )}
    </>
  )
}

const none: readonly string[] = []
