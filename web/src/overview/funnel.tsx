import { Link } from '@tanstack/react-router'
import type { Overview } from '../shell/live-cache.ts'
import { formatCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'

const steps: readonly {
  key: keyof Overview['funnel']
  label: string
  to?: '/anomalies' | '/alerts' | '/incidents'
}[] = [
  { key: 'anomalies', label: 'Anomalies', to: '/anomalies' },
  { key: 'alerts', label: 'Alerts', to: '/alerts' },
  { key: 'incidents', label: 'Incidents', to: '/incidents' },
  { key: 'diagnosed', label: 'Diagnosed' },
  { key: 'remediated', label: 'Remediated' },
]

/** From noise to deeds; bars on a logarithmic scale, because each step is a fraction of the one before. */
export function Funnel({ funnel }: { funnel: Overview['funnel'] }) {
  const most = Math.log10(1 + Math.max(...steps.map((step) => funnel[step.key]), 1))
  return (
    <Panel title="From anomaly to remedy" note="last 24 hours">
      <dl className="space-y-2.5">
        {steps.map(({ key, label, to }) => (
          <div key={key} className="grid grid-cols-[6rem_1fr_3.5rem] items-center gap-3">
            <dt className="text-ink-soft">
              {to ? (
                <Link to={to} className="hover:text-ink hover:underline">
                  {label}
                </Link>
              ) : (
                label
              )}
            </dt>
            <div aria-hidden className="h-2.5 overflow-hidden rounded-sm bg-sunken">
              <div
                className="h-full rounded-sm bg-accent"
                style={{ width: `${(Math.log10(1 + funnel[key]) / most) * 100}%` }}
              />
            </div>
            <dd className="text-right font-semibold">{formatCount(funnel[key])}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-ink-mute text-xs">Counts of stored records; bar lengths are logarithmic.</p>
    </Panel>
  )
}
