import type { CorrelationAction, CorrelationRulePreview } from '@aiops/contract/model/correlation-rule'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { counted } from '../ui/words.ts'

/** What a rule would have met among the alerts of the last day. */
export function RulePreview({
  preview,
  action,
}: {
  preview: CorrelationRulePreview
  action: CorrelationAction
}) {
  const { examined, truncated, matched, sources, held, groups, examples } = preview
  const outcome =
    action === 'SUPPRESS' || action === 'INHIBIT'
      ? ` It would have held back ${held}${action === 'INHIBIT' ? `, with ${counted(sources, 'source')}` : ''}.`
      : action === 'ROUTE' || matched === 0
        ? ''
        : ` They make ${counted(groups, 'group')}.`
  return (
    <div aria-live="polite" className="space-y-1.5 rounded-md border bg-canvas/60 p-3">
      <p>
        Of {counted(examined, 'alert')} of the last day{truncated && ' (the newest)'} it meets{' '}
        <b>{matched}</b>.{outcome}
      </p>
      <ul className="max-h-40 space-y-1 overflow-y-auto">
        {examples.map(({ alert, sentence }) => (
          <li key={alert.id} className="flex min-w-0 items-baseline gap-2">
            <SeverityBadge severity={alert.severity} />
            <span className="min-w-0 truncate" title={sentence}>
              {alert.name} <span className="text-ink-mute">{sentence}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
