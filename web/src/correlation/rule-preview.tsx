import type { CorrelationAction, CorrelationRulePreview } from '@aiops/contract/model/correlation-rule'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { counted } from '../ui/words.ts'
import { RuleEffectList } from './rule-effect-list.tsx'

/** What a rule would have met among the alerts and anomalies of the last day, and what it says of open incidents. */
export function RulePreview({
  preview,
  action,
}: {
  preview: CorrelationRulePreview
  action: CorrelationAction
}) {
  const { examined, truncated, matched, anomalies, sources, held, groups, examples, incidents } = preview
  const outcome =
    action === 'SUPPRESS' || action === 'INHIBIT'
      ? ` It would have held back ${held}${action === 'INHIBIT' ? `, with ${counted(sources, 'source')}` : ''}.`
      : action === 'ROUTE' || matched === 0
        ? ''
        : ` They make ${counted(groups, 'group')}.`
  return (
    <div aria-live="polite" className="space-y-1.5 rounded-md border bg-canvas/60 p-3">
      <p>
        Of {counted(examined - anomalies.examined, 'alert')} and{' '}
        {counted(anomalies.examined, 'anomaly', 'anomalies')} of the last day
        {truncated && ' (the newest)'} it meets <b>{matched}</b>
        {anomalies.matched > 0 && `, ${counted(anomalies.matched, 'anomaly', 'anomalies')} among them`}.
        {outcome}
      </p>
      <ul className="max-h-40 space-y-1 overflow-y-auto">
        {examples.map(({ alert, anomaly, sentence }) => (
          <li key={alert?.id ?? anomaly?.id} className="flex min-w-0 items-baseline gap-2">
            <SeverityBadge severity={alert?.severity ?? anomaly?.severity ?? 'INFO'} />
            <span className="min-w-0 truncate" title={sentence}>
              {alert?.name ?? anomaly?.series.name} <span className="text-ink-mute">{sentence}</span>
            </span>
          </li>
        ))}
      </ul>
      {action !== 'SUPPRESS' && action !== 'INHIBIT' && <RuleEffectList effect={incidents} />}
    </div>
  )
}
