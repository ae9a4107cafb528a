import { getRouteApi, Link } from '@tanstack/react-router'
import { BookOpen, Combine, Siren } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Pager } from '../ui/pager.tsx'
import { SendHelp } from '../ui/send-help.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { IncidentFilter } from './incident-filter.tsx'
import { type IncidentSearch, incidentQuery, isFiltered, pageSize } from './incident-search.ts'
import { IncidentTable } from './incident-table.tsx'
import { useIncidents } from './use-incidents.ts'

const route = getRouteApi('/incidents')

export function IncidentListPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch, isPlaceholderData } = useIncidents(incidentQuery(search))
  /** Any change of the filter starts at the first page again. */
  const change = (part: Partial<Record<keyof IncidentSearch, unknown>>, replace = false): void => {
    void navigate({
      search: (old) => ({ ...old, page: undefined, ...part }) as IncidentSearch,
      replace,
      resetScroll: false,
    })
  }
  return (
    <>
      <PageTitle title="Incidents">
        <Link to="/correlation" className={buttonStyle({ className: 'ml-auto' })}>
          <Combine aria-hidden /> Correlation
        </Link>
        <Link to="/knowledge" className={buttonStyle()}>
          <BookOpen aria-hidden /> Knowledge
        </Link>
      </PageTitle>
      <section aria-label="Incidents" className="rounded-lg border bg-surface">
        <IncidentFilter search={search} onChange={change} total={data?.total} />
        {error && <Failure error={error} onRetry={() => void refetch()} className="m-3" />}
        {!data && !error && (
          <div className="p-3">
            <SkeletonRows rows={10} />
          </div>
        )}
        {data && data.incidents.length > 0 && (
          <IncidentTable
            incidents={data.incidents}
            search={search}
            onSort={(sort) => change({ sort })}
            dim={isPlaceholderData}
          />
        )}
        {data &&
          data.incidents.length === 0 &&
          (isFiltered(search) ? (
            <NothingFits onClear={() => void navigate({ search: {} })} />
          ) : (
            <NoIncident />
          ))}
        {data && data.total > pageSize && (
          <Pager
            page={search.page ?? 1}
            pageSize={pageSize}
            total={data.total}
            onPage={(page) => change({ page: page > 1 ? page : undefined })}
          />
        )}
      </section>
    </>
  )
}

function NothingFits({ onClear }: { onClear: () => void }) {
  return (
    <Empty icon={Siren} title="No incident fits this filter">
      <Button onClick={onClear} className="mt-1">
        Clear the filter
      </Button>
    </Empty>
  )
}

function NoIncident() {
  return (
    <Empty icon={Siren} title="There has been no incident">
      <p className="mb-4">
        Incidents are made of anomalies in your telemetry and of alerts that others send here.
      </p>
      <SendHelp />
    </Empty>
  )
}
