import type { Deployment } from '@aiops/contract/model/deployment'
import { className } from '../ui/class-name.ts'
import { isOver } from './allowed.ts'
import { costText, planCounts } from './plan-text.ts'

const tones = { ok: 'text-ok', medium: 'text-medium', critical: 'text-critical', info: 'text-ink-soft' }

/** A plan in a line: how many of each, and what it does to the bill. */
export function PlanSummaryText({ deployment: { plan, no_plan_reason, state } }: { deployment: Deployment }) {
  if (!plan)
    return (
      <span className="text-ink-mute">
        {no_plan_reason !== null || isOver(state) ? 'no plan' : 'not planned yet'}
      </span>
    )
  const counts = planCounts(plan.summary)
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      {counts.map(({ sign, count, word, tone }) => (
        <span key={word} title={`${count} ${word}`} className={className('font-medium', tones[tone])}>
          <span aria-hidden>
            {sign}
            {count}
          </span>
          <span className="sr-only">
            {count} {word}
          </span>
        </span>
      ))}
      {counts.length === 0 && <span>no change</span>}
      {counts.length > 0 && <span className="whitespace-nowrap text-ink-soft">{costText(plan.cost)}</span>}
    </span>
  )
}
