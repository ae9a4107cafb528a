import { getRouteApi } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { AuditFilter } from './audit-filter.tsx'
import { AuditRow } from './audit-row.tsx'
import type { AuditSearch } from './audit-search.ts'
import { ChainPanel } from './chain-panel.tsx'
import { ExportButton } from './export-button.tsx'
import { useAudit } from './use-audit.ts'

const route = getRouteApi('/audit')

/** Who did what, when, and how it ended. */
export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<Record<keyof AuditSearch, unknown>>, replace = false): void =>
    void navigate({
      search: (old) => ({ ...old, ...part }) as AuditSearch,
      replace,
      resetScroll: false,
    })
  return (
    <>
      <PageTitle title="Audit">
        <ExportButton search={search} />
      </PageTitle>
      <ChainPanel />
      <section aria-label="Entries" className="rounded-lg border bg-surface">
        <AuditFilter search={search} onChange={change} />
        <EntryTable search={search} onChange={change} />
      </section>
    </>
  )
}

type EntryTableProps = { search: AuditSearch; onChange: (part: Partial<AuditSearch>) => void }

function EntryTable({ search, onChange }: EntryTableProps) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useAudit(search)
  const entries = data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <>
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {entries.length > 0 && (
        <div>
          <table className="w-full table-fixed max-md:block">
            <thead className="hidden text-ink-mute text-xs md:table-header-group">
              <tr>
                <TableHead className="w-24 pl-4">Number</TableHead>
                <TableHead className="w-40">When</TableHead>
                <TableHead className="w-36">Who</TableHead>
                <TableHead className="lg:w-56">What</TableHead>
                <TableHead className="hidden lg:table-cell">To what</TableHead>
                <TableHead className="w-28">Outcome</TableHead>
              </tr>
            </thead>
            <tbody className="max-md:block">
              {entries.map((entry) => (
                <AuditRow key={entry.sequence} entry={entry} onFilter={onChange} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data && entries.length === 0 && !hasNextPage && (
        <Empty
          icon={ScrollText}
          title={Object.keys(search).length > 0 ? 'No entry fits this filter' : 'Nothing has been done yet'}
        >
          <p>
            Every change that somebody makes, or is denied, is an entry here. What senders deliver and what
            people only read is not.
          </p>
        </Empty>
      )}
      {hasNextPage && (
        <div className="flex items-center justify-center gap-3 border-t p-3">
          {entries.length === 0 && (
            <span className="text-ink-soft">None so far; there are older entries.</span>
          )}
          <Button size="small" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Reading…' : 'Show older'}
          </Button>
        </div>
      )}
    </>
  )
}
