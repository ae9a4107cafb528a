import { getRouteApi, Link } from '@tanstack/react-router'
import { Boxes, CircleCheck, ListFilter } from 'lucide-react'
import { useFleetList } from '../cluster/use-fleet.ts'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { useWide } from '../ui/use-wide.ts'
import { FindingBeside } from './finding-beside.tsx'
import { FindingFilter } from './finding-filter.tsx'
import { type FindingSearch, findingQuery, isFiltered } from './finding-search.ts'
import { FindingTable } from './finding-table.tsx'
import { useClusterNames } from './use-cluster-names.ts'
import { useFindings } from './use-finding.ts'

const route = getRouteApi('/findings')

export function FindingListPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const wide = useWide()
  const names = useClusterNames()
  const fleet = useFleetList()
  const { answer, total, error, isOld, refetch, itemAt, onSight } = useFindings(search)
  const change = (part: Partial<Record<keyof FindingSearch, unknown>>, replace = false): void => {
    void navigate({ search: (old) => ({ ...old, ...part }) as FindingSearch, replace, resetScroll: false })
  }
  const beside = wide ? search.id : undefined
  return (
    <>
      <PageTitle title="Findings">
        <p className="text-ink-mute">
          What rules find wrong in the clusters, now. A finding that ends leaves the list.
        </p>
      </PageTitle>
      <div
        className={className(
          'grid items-start gap-4',
          beside && 'grid-cols-[minmax(0,1fr)_minmax(26rem,34rem)]',
        )}
      >
        <section aria-label="Findings" className="min-w-0 rounded-lg border bg-surface">
          <FindingFilter
            {...{ search, answer }}
            clusterName={(id) => names.get(id) ?? id}
            onChange={change}
          />
          <LoadNote error={error} loading={!answer} onRetry={refetch} />
          {answer && total > 0 && (
            <FindingTable
              {...{ total, itemAt, onSight }}
              resetKey={JSON.stringify(findingQuery(search))}
              chosen={beside}
              onChoose={wide ? (id) => change({ id: id === beside ? undefined : id }, true) : undefined}
              className={isOld ? 'opacity-60' : ''}
            />
          )}
          {answer &&
            total === 0 &&
            (isFiltered(search) ? (
              <Empty icon={ListFilter} title="No finding fits this filter">
                <Button onClick={() => void navigate({ search: {} })}>Clear the filter</Button>
              </Empty>
            ) : fleet.data?.length === 0 ? (
              <Empty icon={Boxes} title="No cluster is watched yet">
                <p className="mb-3">Findings come from the rules that look into registered clusters.</p>
                <Link to="/clusters/new" className={buttonStyle({ look: 'strong' })}>
                  Add the first cluster
                </Link>
              </Empty>
            ) : (
              <Empty icon={CircleCheck} title="Nothing is found wrong">
                No rule objects to anything in the clusters that are watched; the page of each cluster says
                whether it is.
              </Empty>
            ))}
        </section>
        {beside && <FindingBeside id={beside} onClose={() => change({ id: undefined }, true)} />}
      </div>
    </>
  )
}
