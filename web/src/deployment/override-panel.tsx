import type { Deployment } from '@aiops/contract/model/deployment'
import { Badge } from '../ui/badge.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { useNow } from '../ui/use-now.ts'

/** What let it pass as an emergency, until when, and whether somebody has looked at it since. */
export function OverridePanel({ deployment: { override, emergency } }: { deployment: Deployment }) {
  const now = useNow()
  if (!override)
    return emergency ? (
      <Panel title="Emergency">
        <p className="text-ink-soft">
          Proposed as an emergency, without an override: it goes the way of every other change.
        </p>
      </Panel>
    ) : null
  const { signals, expires_at, review_by, reviewed_by } = override
  const isOver = Date.parse(expires_at) <= now
  const isLate = reviewed_by === null && Date.parse(review_by) <= now
  return (
    <Panel
      title="Emergency override"
      actions={
        reviewed_by === null ? (
          <Badge tone={isLate ? 'critical' : 'medium'}>
            {isLate ? 'review overdue' : 'not reviewed yet'}
          </Badge>
        ) : (
          <Badge tone="ok">reviewed</Badge>
        )
      }
    >
      <p className="mb-1 text-ink-soft">It may pass the economic rules because of:</p>
      <ul className="mb-3 list-disc space-y-1 pl-5">
        {signals.map((signal) => (
          <li key={signal} className="break-words">
            {signal}
          </li>
        ))}
      </ul>
      <p className="text-ink-soft">
        {isOver ? 'It ended' : 'It ends'} <Moment at={expires_at} form="both" />.{' '}
        {reviewed_by === null ? (
          <>
            To be reviewed by <Moment at={review_by} form="both" />.
          </>
        ) : (
          <>{reviewed_by} has reviewed it; what was found is in its course.</>
        )}
      </p>
    </Panel>
  )
}
