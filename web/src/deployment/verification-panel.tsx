import type { Deployment, VerificationCheck } from '@aiops/contract/model/deployment'
import { Link } from '@tanstack/react-router'
import { Badge } from '../ui/badge.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { checkText } from './check-text.ts'

/** What is watched after the apply: before, after and how far it may go. Each number leads to its query. */
export function VerificationPanel({ deployment }: { deployment: Deployment }) {
  const { verification, verify_until, state } = deployment
  if (verification.length === 0) return null
  return (
    <Panel
      title="Verification"
      note={
        state === 'VERIFYING' && verify_until !== null ? (
          <>
            until <Moment at={verify_until} form="both" />
          </>
        ) : undefined
      }
      bodyClassName="p-0"
    >
      <ul className="divide-y">
        {verification.map((check) => (
          <CheckItem key={check.name} check={check} />
        ))}
      </ul>
    </Panel>
  )
}

function CheckItem({ check: { name, query, before, after, limit, passed } }: { check: VerificationCheck }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2">
      <span className="min-w-0 basis-full font-medium sm:basis-40">
        {query === null ? (
          name
        ) : (
          <Link
            to="/explore"
            search={{ tab: 'metrics', q: query }}
            title={query}
            className="text-accent hover:underline"
          >
            {name}
          </Link>
        )}
      </span>
      <span>
        {checkText(before)} → <span className="font-semibold">{checkText(after)}</span>
      </span>
      <span className="min-w-0 flex-1 basis-40 text-ink-mute text-xs">{limit}</span>
      {passed === null ? (
        <Badge
          tone="info"
          title="There was nothing to read before or after; it passes nothing and fails nothing"
        >
          nothing to read
        </Badge>
      ) : passed ? (
        <Badge tone="ok">within</Badge>
      ) : (
        <Badge tone="critical">out of its limit</Badge>
      )}
    </li>
  )
}
