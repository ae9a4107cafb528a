import { getRouteApi, Link } from '@tanstack/react-router'
import { Boxes, Plus } from 'lucide-react'
import { useDeferredValue, useMemo } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { CodeLine } from '../ui/code-line.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import type { Fleet } from './cluster-live.ts'
import { FleetFilter } from './fleet-filter.tsx'
import { FleetGrid } from './fleet-grid.tsx'
import { choicesOf, figuresOf, filterFleet, groupFleet, sortFleet } from './fleet-list.ts'
import type { FleetSearch } from './fleet-search.ts'
import { FleetStrip } from './fleet-strip.tsx'
import { FleetTable } from './fleet-table.tsx'
import { useFindingCounts, useFleet } from './use-fleet.ts'

const route = getRouteApi('/clusters')

export function FleetPage() {
  const { clusters, error, refetch } = useFleet()
  return (
    <>
      <PageTitle title="Clusters">
        <Link to="/clusters/new" className={buttonStyle({ look: 'strong', className: 'ml-auto' })}>
          <Plus aria-hidden /> Add a cluster
        </Link>
      </PageTitle>
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-4" />}
      {!clusters && !error && <SkeletonRows rows={12} />}
      {clusters?.length === 0 && <NoCluster />}
      {clusters && clusters.length > 0 && <FleetBody clusters={clusters} />}
    </>
  )
}

function FleetBody({ clusters }: { clusters: Fleet }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const findings = useFindingCounts()
  // Typing stays quick while 2,000 clusters are put in order behind it.
  const wanted = useDeferredValue(search)
  const shown = useMemo(() => filterFleet(clusters, wanted), [clusters, wanted])
  const groups = useMemo(
    () => groupFleet(sortFleet(shown, wanted.sort, findings), wanted.group),
    [shown, wanted, findings],
  )
  const figures = useMemo(() => figuresOf(clusters), [clusters])
  const choices = useMemo(() => choicesOf(clusters), [clusters])
  const change = (part: Partial<FleetSearch>, replace = false): void => {
    void navigate({ search: (old) => ({ ...old, ...part }), replace, resetScroll: false })
  }
  const clear = (): void => {
    const { view, sort, group } = search
    void navigate({
      search: { ...(view && { view }), ...(sort && { sort }), ...(group && { group }) },
      resetScroll: false,
    })
  }
  return (
    <>
      <FleetStrip figures={figures} search={search} onChange={change} />
      <FleetFilter
        {...{ search, choices }}
        onChange={change}
        onClear={clear}
        shown={shown.length}
        total={clusters.length}
      />
      {shown.length === 0 ? (
        <Empty icon={Boxes} title="No cluster fits this filter">
          <Button onClick={clear} className="mt-1">
            Clear the filter
          </Button>
        </Empty>
      ) : wanted.view === 'table' ? (
        <FleetTable
          groups={groups}
          findings={findings}
          sort={wanted.sort}
          onSort={(sort) => change({ sort: sort === 'state' ? undefined : sort })}
        />
      ) : (
        <FleetGrid groups={groups} findings={findings} />
      )}
    </>
  )
}

function NoCluster() {
  return (
    <Empty icon={Boxes} title="No cluster is registered yet" className="rounded-lg border bg-surface">
      <p className="mb-4">
        Give a kubeconfig or a token that may read: the cluster is then watched, checked and analyzed. Nothing
        is installed in it.
      </p>
      <Link to="/clusters/new" className={buttonStyle({ look: 'strong', className: 'mb-5' })}>
        <Plus aria-hidden /> Add the first cluster
      </Link>
      <CodeLine
        label="Or from a terminal where kubectl reaches it"
        text="kubectl config view --raw --flatten --minify | npx aiops cluster add my-cluster --kubeconfig -"
      />
    </Empty>
  )
}
