import { getRouteApi, Link } from '@tanstack/react-router'
import { CircleCheck, ListFilter, SlidersHorizontal } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { useWide } from '../ui/use-wide.ts'
import { AnomalyBeside } from './anomaly-beside.tsx'
import { AnomalyFilter } from './anomaly-filter.tsx'
import { type AnomalySearch, anomalyQuery, isFiltered } from './anomaly-search.ts'
import { AnomalyTable } from './anomaly-table.tsx'
import { useAnomalies } from './use-anomalies.ts'

const route = getRouteApi('/anomalies')

export function AnomalyListPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const wide = useWide()
  const { answer, total, error, isOld, refetch, itemAt, onSight } = useAnomalies(search)
  const change = (part: Partial<Record<keyof AnomalySearch, unknown>>, replace = false): void => {
    void navigate({ search: (old) => ({ ...old, ...part }) as AnomalySearch, replace, resetScroll: false })
  }
  const beside = wide ? search.id : undefined
  return (
    <>
      <PageTitle title="Anomalies">
        <p className="text-ink-mute">What series, logs and traces did that they usually do not.</p>
        <Link to="/detection" className={buttonStyle({ className: 'ml-auto' })}>
          <SlidersHorizontal aria-hidden /> How they are found
        </Link>
      </PageTitle>
      <div
        className={className(
          'grid items-start gap-4',
          beside && 'grid-cols-[minmax(0,1fr)_minmax(26rem,34rem)]',
        )}
      >
        <section aria-label="Anomalies" className="min-w-0 rounded-lg border bg-surface">
          <AnomalyFilter {...{ search }} total={answer?.total} facets={answer?.facets} onChange={change} />
          <LoadNote error={error} loading={!answer} onRetry={refetch} />
          {answer && total > 0 && (
            <AnomalyTable
              {...{ total, itemAt, onSight }}
              resetKey={JSON.stringify(anomalyQuery(search))}
              chosen={beside}
              onChoose={wide ? (id) => change({ id: id === beside ? undefined : id }, true) : undefined}
              className={isOld ? 'opacity-60' : ''}
            />
          )}
          {answer &&
            total === 0 &&
            (isFiltered(search) ? (
              <Empty icon={ListFilter} title="No anomaly fits this filter">
                <Button onClick={() => void navigate({ search: {} })}>Clear the filter</Button>
              </Empty>
            ) : (
              <Empty icon={CircleCheck} title="Nothing out of the ordinary">
                Every series that is watched does what it usually does. A new one is learned for a while
                first.
              </Empty>
            ))}
        </section>
        {beside && <AnomalyBeside id={beside} onClose={() => change({ id: undefined }, true)} />}
      </div>
    </>
  )
}
