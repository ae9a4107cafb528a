import type { Report } from '@aiops/contract/model/report'
import { Link } from '@tanstack/react-router'
import { FileText } from 'lucide-react'
import { useState } from 'react'
import { Button, buttonStyle } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { Pager } from '../ui/pager.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { DeleteReport } from './delete-report.tsx'
import { ReportFilter } from './report-filter.tsx'
import { ReportRow } from './report-row.tsx'
import { pageSize, type ReportSearch } from './report-search.ts'
import { useReports } from './use-reports.ts'

type HistoryTabProps = {
  search: ReportSearch
  onChange: (part: Partial<Record<keyof ReportSearch, unknown>>, replace?: boolean) => void
}

/** Reports that were made, newest first. */
export function HistoryTab({ search, onChange }: HistoryTabProps) {
  const { data, error, refetch, isPlaceholderData } = useReports(search)
  const [deleted, setDeleted] = useState<Report>()
  const filtered = search.type !== undefined || search.text !== undefined
  return (
    <section aria-label="Reports" className="rounded-lg border bg-surface">
      <ReportFilter search={search} onChange={onChange} total={data?.total} />
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {data && data.items.length > 0 && (
        <table className={className('w-full table-fixed', isPlaceholderData && 'opacity-60')}>
          <thead className="hidden text-ink-mute text-xs md:table-header-group">
            <tr>
              <TableHead className="pl-4">Report</TableHead>
              <TableHead className="w-36">State</TableHead>
              <TableHead className="w-40">Format and size</TableHead>
              <TableHead className="hidden w-32 lg:table-cell">By</TableHead>
              <TableHead className="w-28">Made</TableHead>
              <TableHead className="hidden w-28 lg:table-cell">Expires</TableHead>
              <TableHead className="w-28 text-right">
                <span className="sr-only">Actions</span>
              </TableHead>
            </tr>
          </thead>
          <tbody>
            {data.items.map((report) => (
              <ReportRow key={report.id} report={report} onDelete={() => setDeleted(report)} />
            ))}
          </tbody>
        </table>
      )}
      {data && data.items.length === 0 && (
        <NoReport filtered={filtered} onClear={() => onChange({ type: undefined, text: undefined })} />
      )}
      {data && data.total > pageSize && (
        <Pager
          {...{ page: search.page ?? 1, pageSize, total: data.total }}
          onPage={(page) => onChange({ page: page > 1 ? page : undefined })}
        />
      )}
      {deleted && <DeleteReport report={deleted} onClose={() => setDeleted(undefined)} />}
    </section>
  )
}

function NoReport({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return filtered ? (
    <Empty icon={FileText} title="No report fits this filter">
      <Button onClick={onClear}>Clear the filter</Button>
    </Empty>
  ) : (
    <Empty icon={FileText} title="No report has been made yet">
      <p className="mb-3">
        A report puts what is known here into a document to read or hand on: every number in it leads to what
        it was taken from. No language model is needed.
      </p>
      <Link to="/reports/new" className={buttonStyle({ look: 'strong' })}>
        Make the first one
      </Link>
    </Empty>
  )
}
