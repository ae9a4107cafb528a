import type { Report } from '@aiops/contract/model/report'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ArrowLeft, FileX, LoaderCircle, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useClusterNames } from '../finding/use-cluster-names.ts'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatBytes } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { DeleteReport } from './delete-report.tsx'
import { DocumentView } from './document-view.tsx'
import { DownloadButton, OpenButton } from './download-button.tsx'
import { periodText } from './period-text.ts'
import { ReportStatus } from './report-status.tsx'
import { formatTitle, typeTitle } from './report-word.ts'
import { scopeText } from './scope-text.ts'
import { useReport, useReportDocument } from './use-reports.ts'

const route = getRouteApi('/reports/$id')

/** One report: being written, failed, or as it reads. */
export function ReportPage() {
  const { id } = route.useParams()
  const { data: report, error, refetch } = useReport(id)
  const [deleting, setDeleting] = useState(false)
  const navigate = route.useNavigate()
  return (
    <>
      <Link to="/reports" className="mb-2 inline-flex items-center gap-1 text-accent text-sm hover:underline">
        <ArrowLeft aria-hidden className="size-4" /> Reports
      </Link>
      <PageTitle title={report?.title ?? 'Report'}>
        {report && (
          <>
            <ReportStatus status={report.status} />
            <div className="flex flex-wrap gap-2 sm:ml-auto">
              {report.status === 'COMPLETED' && (
                <>
                  <OpenButton report={report} />
                  <DownloadButton report={report} />
                </>
              )}
              <Button look="danger" onClick={() => setDeleting(true)}>
                <Trash2 aria-hidden /> Delete
              </Button>
            </div>
          </>
        )}
      </PageTitle>
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-4" />}
      {!report && !error && <SkeletonRows rows={8} />}
      {report && <ReportFacts report={report} />}
      {report && <ReportBody report={report} />}
      {report && deleting && (
        <DeleteReport
          report={report}
          onClose={() => setDeleting(false)}
          onDone={() => void navigate({ to: '/reports' })}
        />
      )}
    </>
  )
}

function ReportFacts({ report }: { report: Report }) {
  const names = useClusterNames()
  return (
    <p className="mb-4 text-ink-soft">
      {typeTitle(report.report_type)} of{' '}
      {report.incident_id === null ? (
        scopeText(report.cluster_scope, names)
      ) : (
        <Link to="/incidents/$id" params={{ id: report.incident_id }} className="text-accent hover:underline">
          its incident
        </Link>
      )}
      , {periodText(report.time_range)}.{' '}
      {report.schedule_id === null ? `Asked for by ${report.generated_by}` : 'Made by its schedule'}{' '}
      <Moment at={report.created_at} form="ago" />
      {report.size_bytes !== null && (
        <span title={report.sha256 === null ? undefined : `SHA-256 ${report.sha256}`}>
          ; {formatTitle(report.format)} of {formatBytes(report.size_bytes)}
        </span>
      )}
      ; kept until <Moment at={report.expires_at} />.
    </p>
  )
}

function ReportBody({ report }: { report: Report }) {
  const query = useReportDocument(report.id, report.status === 'COMPLETED')
  if (report.status === 'PENDING')
    return (
      <Panel title="Being written">
        <p role="status" className="flex items-center gap-2 text-ink-soft">
          <LoaderCircle aria-hidden className="size-4 motion-safe:animate-spin" />
          It is put together from what is known now. This page shows it as soon as it is done.
        </p>
      </Panel>
    )
  if (report.status === 'FAILED')
    return (
      <Empty icon={FileX} title="This report could not be written">
        <p className="mb-3 break-words">{report.error ?? 'The server does not say why.'}</p>
        <Link
          to="/reports/new"
          search={{
            type: report.report_type,
            ...(report.incident_id === null ? {} : { incident: report.incident_id }),
          }}
          className={buttonStyle({ look: 'strong' })}
        >
          Try again with other settings
        </Link>
      </Empty>
    )
  return <Loaded query={query}>{(document) => <DocumentView document={document} />}</Loaded>
}
