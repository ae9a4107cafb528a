import { getRouteApi, Link } from '@tanstack/react-router'
import { FileUp, Network } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SendHelp } from '../ui/send-help.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { DiffPanel } from './diff-panel.tsx'
import { EntityList } from './entity-list.tsx'
import { EntityPanel } from './entity-panel.tsx'
import { LazyGraph } from './lazy-graph.tsx'
import { filterTopology } from './subgraph.ts'
import { TimeBar } from './time-bar.tsx'
import type { TopologySearch } from './topology-search.ts'
import { useTopology } from './use-topology.ts'

const route = getRouteApi('/topology')

export function TopologyPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useTopology(search.at)
  const shown = useMemo(() => data && filterTopology(data, search.text ?? ''), [data, search.text])
  const change = useCallback(
    (part: { [K in keyof TopologySearch]?: string | undefined }, replace = false): void => {
      void navigate({ search: (old) => ({ ...old, ...part }) as TopologySearch, replace, resetScroll: false })
    },
    [navigate],
  )
  const goTo = useCallback((at: string | undefined): void => change({ at }, true), [change])
  const chosen = data?.entities.find((entity) => entity.id === search.entity)
  return (
    <>
      <PageTitle title="Topology">
        <span className="text-ink-mute">
          {shown &&
            data &&
            `${shown.entities.length < data.entities.length ? `${shown.entities.length} of ` : ''}${counted(data.entities.length, 'entity', 'entities')}, ${counted(shown.edges.length, 'dependency', 'dependencies')}`}
        </span>
        <SearchField
          label="Filter by name or label"
          value={search.text ?? ''}
          onChange={(text) => change({ text: text || undefined }, true)}
          className="w-full sm:ml-auto sm:w-72"
        />
        <ImportLink />
      </PageTitle>
      <TimeBar at={search.at} onChange={goTo} />
      {data?.as_of?.sentence && (
        <p className="mb-3 rounded-md border border-medium bg-medium-soft px-3 py-2">{data.as_of.sentence}</p>
      )}
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-[60dvh]" />}
      {data && data.entities.length === 0 && search.at === undefined && <NoTopology />}
      {data && data.entities.length > 0 && shown && (
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="h-[60dvh] min-h-96 overflow-hidden rounded-lg border bg-surface lg:h-[calc(100dvh-8.5rem)]">
            {shown.entities.length === 0 ? (
              <Empty icon={Network} title={`No entity fits “${search.text}”`}>
                Try part of a service's or host's name.
              </Empty>
            ) : (
              <LazyGraph
                topology={shown}
                chosen={search.entity}
                onChoose={(entity) => change({ entity })}
                label="Graph of entities; the list beside it has the same"
              />
            )}
          </div>
          {search.entity ? (
            <EntityPanel
              key={search.entity}
              id={search.entity}
              entity={chosen}
              topology={data}
              onClose={() => change({ entity: undefined })}
            />
          ) : (
            <div className="min-w-0 space-y-4">
              {search.at !== undefined && <DiffPanel from={search.at} />}
              <EntityList entities={shown.entities} onChoose={(entity) => change({ entity })} />
            </div>
          )}
        </div>
      )}
    </>
  )
}

const ImportLink = () => (
  <Link to="/topology/import" className={buttonStyle({})}>
    <FileUp aria-hidden /> Import a catalogue
  </Link>
)

function NoTopology() {
  return (
    <div className="rounded-lg border bg-surface">
      <Empty icon={Network} title="No entity is known yet">
        <p className="mb-4">
          Who calls whom is learned from spans. Send traces here, or give a graph with PUT
          /api/v1/config/topology.
        </p>
        <SendHelp only="traces" />
        <p className="mt-4">
          <ImportLink />
        </p>
      </Empty>
    </div>
  )
}
