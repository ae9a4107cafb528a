import type { Report } from '@aiops/contract/model/report'
import { Link } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { formatBytes } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { DownloadButton } from './download-button.tsx'
import { periodText } from './period-text.ts'
import { ReportStatus } from './report-status.tsx'
import { formatTitle, typeTitle } from './report-word.ts'

/** A table row; on narrow screens a card. */
export function ReportRow({ report, onDelete }: { report: Report; onDelete: () => void }) {
  return (
    <tr className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-4 py-2.5 max-md:first:border-t-0 hover:bg-sunken/60 md:table-row md:px-0">
      <td className="basis-full md:py-2 md:pr-4 md:pl-4">
        <Link
          to="/reports/$id"
          params={{ id: report.id }}
          className="inline-block break-words py-0.5 font-medium hover:underline"
        >
          {report.title}
        </Link>
        <p className="text-ink-mute text-xs">
          {!report.title.startsWith(typeTitle(report.report_type)) && `${typeTitle(report.report_type)} · `}
          {periodText(report.time_range)}
          {report.schedule_id !== null && ' · by schedule'}
        </p>
        {report.error !== null && <p className="break-words text-critical text-xs">{report.error}</p>}
      </td>
      <td className="md:py-2 md:pr-4">
        <ReportStatus status={report.status} />
      </td>
      <td className="whitespace-nowrap text-ink-soft md:py-2 md:pr-4">
        {formatTitle(report.format)}
        <span className="text-ink-mute"> {report.size_bytes !== null && formatBytes(report.size_bytes)}</span>
      </td>
      <td className="hidden truncate pr-4 text-ink-soft lg:table-cell" title={report.generated_by}>
        {report.generated_by}
      </td>
      <td className="whitespace-nowrap text-ink-soft md:py-2 md:pr-4">
        <Moment at={report.created_at} form="ago" />
      </td>
      <td className="hidden whitespace-nowrap pr-4 text-ink-soft lg:table-cell">
        <Moment at={report.expires_at} form="ago" />
      </td>
      <td className="ml-auto md:py-2 md:pr-4">
        <div className="flex justify-end gap-1">
          {report.status === 'COMPLETED' && <DownloadButton report={report} small />}
          <Button size="small" look="quiet" title="Delete" onClick={onDelete}>
            <Trash2 aria-hidden />
            <span className="sr-only">Delete {report.title}</span>
          </Button>
        </div>
      </td>
    </tr>
  )
}
