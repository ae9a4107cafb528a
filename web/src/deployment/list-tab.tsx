import { GitPullRequestArrow } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { Pager } from '../ui/pager.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { DeploymentFilter, type DeploymentSearchChange, noFilter } from './deployment-filter.tsx'
import { DeploymentRow } from './deployment-row.tsx'
import { type DeploymentSearch, isFiltered, pageSize } from './deployment-search.ts'
import { HowToBegin } from './how-to-begin.tsx'
import { useDeployments } from './use-deployments.ts'

type ListTabProps = { search: DeploymentSearch; onChange: DeploymentSearchChange }

/** Changes through Git, newest first. */
export function ListTab({ search, onChange }: ListTabProps) {
  const { data, error, refetch, isPlaceholderData } = useDeployments(search)
  const filtered = isFiltered(search)
  return (
    <section aria-label="Deployments" className="rounded-lg border bg-surface">
      {(filtered || !data || data.total > 0) && (
        <DeploymentFilter search={search} onChange={onChange} total={data?.total} />
      )}
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {data && data.items.length > 0 && (
        <table className={className('w-full table-fixed', isPlaceholderData && 'opacity-60')}>
          <thead className="hidden text-ink-mute text-xs md:table-header-group">
            <tr>
              <TableHead className="w-40 pl-4">State</TableHead>
              <TableHead>Change</TableHead>
              <TableHead className="hidden w-32 lg:table-cell">Service</TableHead>
              <TableHead className="w-48">Plan and cost</TableHead>
              <TableHead className="w-28">Approvals</TableHead>
              <TableHead className="hidden w-28 xl:table-cell">By</TableHead>
              <TableHead className="w-24">Proposed</TableHead>
            </tr>
          </thead>
          <tbody>
            {data.items.map((deployment) => (
              <DeploymentRow key={deployment.id} deployment={deployment} />
            ))}
          </tbody>
        </table>
      )}
      {data && data.items.length === 0 && filtered && (
        <Empty icon={GitPullRequestArrow} title="No deployment fits this filter">
          <Button onClick={() => onChange(noFilter)}>Clear the filter</Button>
        </Empty>
      )}
      {data && data.items.length === 0 && !filtered && <HowToBegin />}
      {data && data.total > pageSize && (
        <Pager
          {...{ page: search.page ?? 1, pageSize, total: data.total }}
          onPage={(page) => onChange({ page: page > 1 ? page : undefined })}
        />
      )}
    </section>
  )
}
