import type { SilencePreview } from '@aiops/contract/model/maintenance'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { counted } from '../ui/words.ts'

type CoverPreviewProps = { preview: Pick<SilencePreview, 'now' | 'last_7_days' | 'truncated'> }

/** What matchers would hide: of what goes on now, and of what came in the last seven days. */
export function CoverPreview({ preview: { now, last_7_days, truncated } }: CoverPreviewProps) {
  const examples = now.alerts + now.anomalies > 0 ? now : last_7_days
  return (
    <div aria-live="polite" className="space-y-1.5 rounded-md border bg-canvas/60 p-3">
      <p>
        Now it would hide <b>{amount(now)}</b>; of the last 7 days <b>{amount(last_7_days)}</b>
        {truncated && ', of the newest that were looked at'}.
      </p>
      <ul className="max-h-40 space-y-1 overflow-y-auto">
        {examples.alert_examples.map((alert) => (
          <li key={alert.id} className="flex min-w-0 items-baseline gap-2">
            <SeverityBadge severity={alert.severity} />
            <span className="min-w-0 truncate" title={alert.message}>
              {alert.name}
              {alert.message && <span className="text-ink-mute"> {alert.message}</span>}
            </span>
          </li>
        ))}
        {examples.anomaly_examples.map((anomaly) => (
          <li key={anomaly.id} className="flex min-w-0 items-baseline gap-2">
            <SeverityBadge severity={anomaly.severity} />
            <span className="min-w-0 truncate" title={anomaly.sentence}>
              {anomaly.sentence}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

const amount = ({ alerts, anomalies }: SilencePreview['now']): string =>
  alerts + anomalies === 0
    ? 'nothing'
    : [
        ...(alerts > 0 ? [counted(alerts, 'alert')] : []),
        ...(anomalies > 0 ? [counted(anomalies, 'anomaly', 'anomalies')] : []),
      ].join(' and ')
