import type { MergeRequestDetail } from '@aiops/contract/model/merge-request'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { CodeLine } from '../ui/code-line.tsx'
import { Failure } from '../ui/failure.tsx'
import { InertProse } from '../ui/inert-prose.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { cloneCommand } from './clone-command.ts'
import { CommitPanel } from './commit-panel.tsx'
import { DeploymentNote } from './deployment-note.tsx'
import { DiffPanel } from './diff-panel.tsx'
import { NotePanel } from './note-panel.tsx'
import { RequestState } from './request-state.tsx'
import { ReviewPanel } from './review-panel.tsx'
import { StatusPanel } from './status-panel.tsx'
import { useForgeProjects, useMergeRequest } from './use-merge-requests.ts'

const route = getRouteApi('/merge-requests/$project/$number')

/** One request for review at the local forge. */
export function MergeRequestPage() {
  const { project, number } = route.useParams()
  const { data, error, refetch } = useMergeRequest({ project, number: Number(number) })
  return (
    <>
      <Link
        to="/merge-requests/$project"
        params={{ project }}
        className="mb-2 inline-flex items-center gap-1 text-accent hover:underline"
      >
        <ArrowLeft aria-hidden className="size-4" /> {project}
      </Link>
      <PageTitle title={data ? `!${number} ${data.title}` : `Merge request !${number}`}>
        {data && <RequestState state={data.state} />}
      </PageTitle>
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-4" />}
      {!data && !error && <SkeletonRows rows={12} />}
      {data && <RequestBody request={data} />}
    </>
  )
}

function RequestBody({ request }: { request: MergeRequestDetail }) {
  const { project, author, source, target, created_at, merged_by, merged_at, labels, description } = request
  const cloneUrl = useForgeProjects().data?.projects.find(({ name }) => name === project)?.clone_url
  return (
    <>
      <p className="-mt-2 mb-4 break-words text-ink-soft">
        {author} asks to merge <code className="break-all font-mono text-xs">{source}</code> into{' '}
        <code className="break-all font-mono text-xs">{target}</code>, <Moment at={created_at} form="ago" />
        {merged_by !== null && (
          <>
            ; merged by {merged_by} <Moment at={merged_at} form="ago" />
          </>
        )}
        {labels.length > 0 && <>; {labels.join(', ')}</>}
      </p>
      <DeploymentNote request={request} />
      <div className="space-y-4">
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_23rem]">
          <div className="min-w-0 max-lg:contents lg:space-y-4">
            <Panel title="Description" className="max-lg:order-2">
              {description.trim() === '' ? (
                <p className="text-ink-mute">There is none.</p>
              ) : (
                <InertProse text={description} />
              )}
            </Panel>
            <div className="max-lg:order-4">
              <CommitPanel request={request} />
            </div>
          </div>
          <div className="min-w-0 max-lg:contents lg:space-y-4">
            <div className="max-lg:order-1">
              <ReviewPanel request={request} />
            </div>
            <div className="max-lg:order-3">
              <StatusPanel statuses={request.statuses} />
            </div>
          </div>
        </div>
        <DiffPanel request={request} />
        <NotePanel request={request} />
        {cloneUrl !== undefined && request.state === 'OPEN' && (
          <CodeLine label="Look at it on a machine of yours" text={cloneCommand(cloneUrl, source)} />
        )}
      </div>
    </>
  )
}
