import { formatPercent } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { Hourly } from './money.tsx'
import type { CostOverview } from './use-cost.ts'

/** Spend by the hour of each provider as a bar on one scale. */
export function ProviderPanel({ spend }: { spend: CostOverview['spend'] }) {
  const rows = spend.by_provider.toSorted((a, b) => (b.hourly_usd ?? -1) - (a.hourly_usd ?? -1))
  const names = spend.by_provider.map(({ provider }) => provider).sort()
  const most = Math.max(0, ...rows.map(({ hourly_usd }) => hourly_usd ?? 0))
  const total = spend.current_hourly_usd ?? 0
  return (
    <Panel title="By provider" note="by the hour, now">
      {rows.length === 0 ? (
        <p className="text-ink-mute">Nobody says where services run.</p>
      ) : (
        <ul className="space-y-3">
          {rows.map(({ provider, services, hourly_usd }) => (
            <li key={provider}>
              <p className="mb-1 flex items-baseline gap-2">
                <span className="min-w-0 truncate font-medium" title={provider}>
                  {provider}
                </span>
                <span className="text-ink-mute text-xs">{counted(services, 'service')}</span>
                <span className="ml-auto whitespace-nowrap">
                  <Hourly
                    value={hourly_usd}
                    className="font-medium"
                    why="Nothing tells what it costs there."
                  />
                  {hourly_usd !== null && total > 0 && (
                    <span className="ml-1.5 text-ink-mute text-xs">{formatPercent(hourly_usd / total)}</span>
                  )}
                </span>
              </p>
              <div aria-hidden className="h-2.5 overflow-hidden rounded bg-sunken">
                <div
                  className="h-full rounded"
                  style={{
                    width: `${most > 0 ? ((hourly_usd ?? 0) / most) * 100 : 0}%`,
                    background: `var(--series-${(names.indexOf(provider) % 8) + 1})`,
                  }}
                />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
