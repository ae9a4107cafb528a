import type { Deployment } from '@aiops/contract/model/deployment'
import { Link } from '@tanstack/react-router'
import { ArrowRight, ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { InertProse } from '../ui/inert-prose.tsx'
import { Panel } from '../ui/panel.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { ExactHash } from './exact-hash.tsx'
import { localRequest } from './local-request.ts'
import { valueText } from './plan-text.ts'

/** What it changes in Git, and why. */
export function ChangePanel({ deployment }: { deployment: Deployment }) {
  const { changes, explanation, repository, stack, branch, head_sha, merged_sha, reverts, reverted_by } =
    deployment
  return (
    <Panel title="What it changes" note={`${repository}, stack ${stack}`}>
      <ul className="space-y-1.5">
        {changes.map(({ file, variable, before, after }) => (
          <li key={`${file} ${variable}`} className="min-w-0 rounded-md bg-sunken px-3 py-2">
            <p className="flex flex-wrap items-baseline gap-x-2 font-mono text-xs">
              <span className="break-all font-semibold">{variable}</span>
              <span className="break-all text-critical">
                {before === null ? 'not set' : valueText(before)}
              </span>
              <ArrowRight aria-label="becomes" className="size-3 self-center text-ink-mute" />
              <span className="break-all text-ok">{valueText(after)}</span>
            </p>
            <p className="break-all text-ink-mute text-xs">{file}</p>
          </li>
        ))}
      </ul>
      <div className="mt-3">
        {explanation === '' ? (
          <p className="text-ink-mute">No explanation was given.</p>
        ) : (
          <InertProse text={explanation} />
        )}
      </div>
      <dl className="mt-4 flex flex-wrap gap-x-8 gap-y-2 border-t pt-3">
        <Fact name="Merge request">
          <RequestLink deployment={deployment} />
        </Fact>
        <Fact name="Decision">
          {deployment.decision_id === null ? (
            <span className="text-ink-mute">none: {deployment.author} proposed it</span>
          ) : (
            <Link
              to="/cost"
              search={{ decision: deployment.decision_id }}
              className="text-accent hover:underline"
            >
              Why it was decided
            </Link>
          )}
        </Fact>
        <Fact name="Branch">
          {branch === null ? (
            <span className="text-ink-mute">none yet</span>
          ) : (
            <code className="break-all font-mono text-xs">{branch}</code>
          )}
        </Fact>
        <Fact name="Head">
          <ExactHash hash={head_sha} />
        </Fact>
        {merged_sha !== null && (
          <Fact name="Merged as">
            <ExactHash hash={merged_sha} />
          </Fact>
        )}
        <Fact name="Audit log">
          <Link to="/audit" search={{ resource: deployment.id }} className="text-accent hover:underline">
            Who did what
          </Link>
        </Fact>
        {reverts !== null && <OtherFact name="Takes back" id={reverts} />}
        {reverted_by !== null && <OtherFact name="Taken back by" id={reverted_by} />}
      </dl>
    </Panel>
  )
}

function RequestLink({ deployment: { merge_request: request } }: { deployment: Deployment }) {
  if (!request) return <span className="text-ink-mute">none yet</span>
  const local = localRequest(request.url)
  if (local)
    return (
      <Link to="/merge-requests/$project/$number" params={local} className="text-accent hover:underline">
        {local.project} !{request.number}
      </Link>
    )
  const url = safeUrl(request.url)
  if (url === undefined) return <>!{request.number}</>
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className="text-accent hover:underline">
      !{request.number} at {new URL(url).host}
      <ExternalLink aria-hidden className="ml-1 inline size-3" />
    </a>
  )
}

const OtherFact = ({ name, id }: { name: string; id: string }) => (
  <Fact name={name}>
    <Link to="/deployments/$id" params={{ id }} className="break-all text-accent hover:underline">
      {id}
    </Link>
  </Fact>
)

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-mute text-xs">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
