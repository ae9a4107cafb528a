import type { Decision } from '@aiops/contract/model/decision'
import { Badge } from '../ui/badge.tsx'
import { formatPercent } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { DecisionPart } from './decision-part.tsx'
import { signedUsdText, usdRangeText } from './money-text.ts'

/** What came of it, against what staying would have cost; of an emergency also what was found afterwards. */
export function OutcomePanel({ decision: { outcome, review } }: { decision: Decision }) {
  if (!outcome && !review) return null
  return (
    <DecisionPart title="What came of it">
      {outcome && (
        <div className="rounded-md border p-3">
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-semibold text-lg">{signedUsdText(outcome.realised_usd.p50)}</span>
            <span className="text-ink-soft">
              realised so far, {usdRangeText(outcome.realised_usd)} (p10 to p90)
            </span>
            <RightBadge right={outcome.right} />
          </p>
          <p className="text-ink-mute text-xs">
            Against having stayed at the prices seen since; measured until{' '}
            <Moment at={outcome.measured_until} />, both prices known {formatPercent(outcome.coverage)} of the
            time.
          </p>
        </div>
      )}
      {review && (
        <div className="mt-2 rounded-md border p-3">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            Review of the emergency <RightBadge right={review.right} />
            <Moment at={review.at} form="ago" className="font-normal text-ink-mute text-xs" />
          </p>
          <p className="wrap-anywhere">{review.finding}</p>
          {review.thresholds.length > 0 && (
            <ul className="mt-2 list-disc pl-4">
              {review.thresholds.map(({ setting, from, to, why }) => (
                <li key={setting} className="wrap-anywhere">
                  <code className="font-mono text-xs">{setting}</code> from {from} to {to}: {why}
                </li>
              ))}
            </ul>
          )}
          {review.runbook !== '' && (
            <p className="wrap-anywhere mt-2 whitespace-pre-wrap rounded bg-sunken px-3 py-2 text-ink-soft">
              {review.runbook}
            </p>
          )}
        </div>
      )}
    </DecisionPart>
  )
}

export function RightBadge({ right }: { right: boolean | null }) {
  if (right === null) return <Badge tone="outline">not known yet</Badge>
  return right ? <Badge tone="ok">was right</Badge> : <Badge tone="high">was not right</Badge>
}
