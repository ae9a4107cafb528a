import type { ForgeProject } from '@aiops/contract/model/merge-request'
import { Link } from '@tanstack/react-router'
import { FolderGit2 } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { CodeLine } from '../ui/code-line.tsx'
import { Empty } from '../ui/empty.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { counted } from '../ui/words.ts'
import { useForgeProjects } from './use-merge-requests.ts'

const begin = `curl -X POST -H 'content-type: application/json' -d '{"name":"infra"}' ${location.origin}/api/v1/forge/projects`

/** Repositories of the local forge. */
export function MergeRequestListPage() {
  return (
    <>
      <PageTitle title="Merge requests">
        <p className="text-ink-mute">Repositories that this server holds itself</p>
      </PageTitle>
      <section aria-label="Repositories" className="rounded-lg border bg-surface">
        <Loaded query={useForgeProjects()}>
          {({ git, projects }) =>
            git === null ? (
              <Empty icon={FolderGit2} title="There is no git on this machine">
                <p>The local forge needs the git program. Install it, and this page works at once.</p>
              </Empty>
            ) : projects.length === 0 ? (
              <Empty icon={FolderGit2} title="There is no repository here yet">
                <p className="mb-3">
                  This server can hold the repositories itself, with review, approvals of one exact commit and
                  protected branches. Those at GitLab, GitHub or Gitea are reviewed there.
                </p>
                <CodeLine label="Make the first one, then push to it" text={begin} />
              </Empty>
            ) : (
              <ul className="divide-y">
                {projects.map((project) => (
                  <ProjectItem key={project.name} project={project} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
    </>
  )
}

function ProjectItem({ project }: { project: ForgeProject }) {
  const { name, description, open_merge_requests: open, head_sha, default_branch, created_at } = project
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-3 hover:bg-sunken/60">
      <Link
        to="/merge-requests/$project"
        params={{ project: name }}
        className="break-all font-medium text-base hover:underline"
      >
        {name}
      </Link>
      <span className={open > 0 ? 'text-medium' : 'text-ink-mute'}>{counted(open, 'open request')}</span>
      <span className="ml-auto text-ink-mute text-xs">
        {head_sha === null ? 'nothing pushed yet' : default_branch}, made{' '}
        <Moment at={created_at} form="ago" />
      </span>
      {description !== '' && <p className="basis-full break-words text-ink-soft">{description}</p>}
    </li>
  )
}
