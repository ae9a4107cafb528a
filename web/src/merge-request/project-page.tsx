import type { ForgeProject, MergeRequest } from '@aiops/contract/model/merge-request'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ArrowLeft, GitPullRequest } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { className } from '../ui/class-name.ts'
import { CodeLine } from '../ui/code-line.tsx'
import { Empty } from '../ui/empty.tsx'
import { SelectField } from '../ui/field.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { Moment } from '../ui/moment.tsx'
import { Pager } from '../ui/pager.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted, sentenceCase } from '../ui/words.ts'
import { cloneCommand } from './clone-command.ts'
import { type MergeRequestSearch, pageSize, requestStates } from './merge-request-search.ts'
import { RequestState } from './request-state.tsx'
import { useForgeProjects, useMergeRequests } from './use-merge-requests.ts'

const route = getRouteApi('/merge-requests/$project')

/** One repository of the local forge and its requests. */
export function ProjectPage() {
  const { project: name } = route.useParams()
  const project = useForgeProjects().data?.projects.find((one) => one.name === name)
  return (
    <>
      <Link to="/merge-requests" className="mb-2 inline-flex items-center gap-1 text-accent hover:underline">
        <ArrowLeft aria-hidden className="size-4" /> Merge requests
      </Link>
      <PageTitle title={name} />
      {project && <ProjectFacts project={project} />}
      <RequestList name={name} />
    </>
  )
}

function ProjectFacts({ project }: { project: ForgeProject }) {
  const { description, clone_url, protected_branches, approvals_required, head_sha, default_branch } = project
  return (
    <Panel title="Repository" note={description} className="mb-4">
      <div className="space-y-2">
        <CodeLine label="Clone it" text={cloneCommand(clone_url)} />
        {head_sha === null && (
          <CodeLine
            label="Nothing has been pushed yet. From a repository of yours:"
            text={`git push ${clone_url} HEAD:refs/heads/${default_branch}`}
          />
        )}
        <p className="break-words text-ink-soft">
          A merge needs {counted(approvals_required, 'approval')} of the very commit, by others than who wrote
          it.{' '}
          {protected_branches.length === 0
            ? `Once it has been pushed, ${default_branch} is protected.`
            : `Protected: ${protected_branches
                .map(
                  ({ pattern, push }) =>
                    `${pattern} (${push === 'NOBODY' ? 'nobody pushes' : 'approvers push'})`,
                )
                .join(', ')}.`}
        </p>
      </div>
    </Panel>
  )
}

function RequestList({ name }: { name: string }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch, isPlaceholderData } = useMergeRequests(name, search)
  const go = (next: MergeRequestSearch): void => void navigate({ search: next, resetScroll: false })
  const state = search.state ?? 'OPEN'
  return (
    <section aria-label="Requests" className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b p-3">
        <SelectField
          aria-label="State"
          value={state}
          onChange={(event) => go({ state: event.target.value as typeof state })}
        >
          {requestStates.map((one) => (
            <option key={one} value={one}>
              {sentenceCase(one)}
            </option>
          ))}
        </SelectField>
        <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
          {data && counted(data.total, 'merge request')}
        </p>
      </div>
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {data && data.items.length > 0 && (
        <ul className={className('divide-y', isPlaceholderData && 'opacity-60')}>
          {data.items.map((request) => (
            <RequestItem key={request.number} request={request} />
          ))}
        </ul>
      )}
      {data && data.items.length === 0 && (
        <Empty
          icon={GitPullRequest}
          title={state === 'OPEN' ? 'No request is open' : 'There is no such request'}
        >
          <p>One is opened by each deployment, and by who pushes a branch and asks for review.</p>
        </Empty>
      )}
      {data && data.total > pageSize && (
        <Pager
          {...{ page: search.page ?? 1, pageSize, total: data.total }}
          onPage={(page) =>
            go({ ...search, ...(page > 1 ? { page } : { page: undefined }) } as MergeRequestSearch)
          }
        />
      )}
    </section>
  )
}

function RequestItem({ request }: { request: MergeRequest }) {
  const { project, number, title, source, target, author, labels, state, updated_at } = request
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-sunken/60">
      <RequestState state={state} />
      <Link
        to="/merge-requests/$project/$number"
        params={{ project, number: String(number) }}
        className="min-w-0 flex-1 basis-60 break-words py-0.5 font-medium hover:underline"
      >
        <span className="text-ink-mute">!{number}</span> {title}
      </Link>
      <span className="whitespace-nowrap text-ink-mute text-xs">
        <Moment at={updated_at} form="ago" />
      </span>
      <p className="basis-full break-all text-ink-mute text-xs">
        {author}, {source} → {target}
        {labels.length > 0 && `, ${labels.join(', ')}`}
      </p>
    </li>
  )
}
