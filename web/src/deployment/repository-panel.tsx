import { Link } from '@tanstack/react-router'
import { CircleAlert, ExternalLink } from 'lucide-react'
import { Panel } from '../ui/panel.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { localProject } from './local-request.ts'
import type { Control } from './use-control.ts'

const forges: Record<string, string> = { LOCAL: 'here', GITLAB: 'GitLab', GITHUB: 'GitHub', GITEA: 'Gitea' }

/** Where changes go, and what keeps one from being reached. */
export function RepositoryPanel({ repositories }: { repositories: Control['repositories'] }) {
  return (
    <Panel title="Repositories" bodyClassName={repositories.length > 0 ? 'p-0' : ''}>
      {repositories.length === 0 && (
        <p className="text-ink-soft">
          There is none. Name the first under <code className="font-mono text-xs">gitops.repositories</code>;{' '}
          <code className="font-mono text-xs">docs/guide/forges.md</code> says how.
        </p>
      )}
      <ul className="divide-y">
        {repositories.map((repository) => (
          <RepositoryItem key={repository.name} repository={repository} />
        ))}
      </ul>
    </Panel>
  )
}

function RepositoryItem({
  repository: { name, forge, url, stacks, error },
}: {
  repository: Control['repositories'][number]
}) {
  const href = safeUrl(url)
  return (
    <li className="px-4 py-2.5">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="break-all font-medium">{name}</span>
        <span className="text-ink-mute text-xs">{forges[forge] ?? forge}</span>
        {forge === 'LOCAL' && (
          <span className="ml-auto text-xs">
            <LocalLink project={localProject(url)} />
          </span>
        )}
        {forge !== 'LOCAL' && href !== undefined && (
          <a
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            className="ml-auto min-w-0 break-all text-accent text-xs hover:underline"
          >
            {new URL(href).host}
            <ExternalLink aria-hidden className="ml-1 inline size-3" />
          </a>
        )}
      </p>
      <p className="break-words text-ink-soft">
        {stacks.length === 0 ? 'No stack is planned from it.' : `Stacks: ${stacks.join(', ')}`}
      </p>
      {error !== null && (
        <p className="mt-1 flex gap-2 break-words text-critical">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
    </li>
  )
}

const LocalLink = ({ project }: { project: string | undefined }) =>
  project === undefined ? (
    <Link to="/merge-requests" className="text-accent hover:underline">
      Merge requests
    </Link>
  ) : (
    <Link to="/merge-requests/$project" params={{ project }} className="text-accent hover:underline">
      Merge requests
    </Link>
  )
