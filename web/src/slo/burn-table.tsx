import type { SloStatus } from '@aiops/contract/model/slo'
import { Badge } from '../ui/badge.tsx'
import { formatNumber, formatPercent } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'

/** Its alerts: both windows have to burn fast. */
export function BurnTable({ status }: { status: SloStatus }) {
  if (status.alerts.length === 0) return <p className="text-ink-mute">Nobody is told when it burns.</p>
  return (
    <ScrollRegion label="Table of alerts">
      <table className="w-full min-w-[34rem] text-left">
        <thead className="text-ink-mute text-xs">
          <tr>
            <th className="py-1 pr-4 font-medium">Alert</th>
            <th className="py-1 pr-4 text-right font-medium">From</th>
            <th className="py-1 pr-4 text-right font-medium">Long window</th>
            <th className="py-1 pr-4 text-right font-medium">Short window</th>
            <th className="py-1 font-medium">Now</th>
          </tr>
        </thead>
        <tbody>
          {status.alerts.map((alert) => (
            <tr key={`${alert.severity} ${alert.long_window} ${alert.burn_rate}`} className="border-t">
              <td className="py-1.5 pr-4">{alert.severity === 'PAGE' ? 'Page' : 'Ticket'}</td>
              <td className="py-1.5 pr-4 text-right tabular-nums">× {formatNumber(alert.burn_rate)}</td>
              <td className="py-1.5 pr-4 text-right tabular-nums">
                {rate(alert.long_burn_rate)} <span className="text-ink-mute">over {alert.long_window}</span>
              </td>
              <td className="py-1.5 pr-4 text-right tabular-nums">
                {rate(alert.short_burn_rate)} <span className="text-ink-mute">over {alert.short_window}</span>
              </td>
              <td className="py-1.5">
                {alert.firing ? (
                  <span className="inline-flex items-center gap-2">
                    <Badge tone={alert.severity === 'PAGE' ? 'critical' : 'medium'}>Fires</Badge>
                    {alert.since && <Moment at={alert.since} form="ago" />}
                  </span>
                ) : alert.held_back ? (
                  <span className="text-medium">held back: too few events</span>
                ) : (
                  <span className="text-ink-mute">quiet</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {status.burn_rates.some(({ coverage }) => coverage < 0.99) && (
        <p className="mt-2 text-ink-mute text-xs">
          Known of:{' '}
          {status.burn_rates
            .map(({ window, coverage }) => `${formatPercent(coverage)} of the last ${window}`)
            .join(', ')}
          .
        </p>
      )}
    </ScrollRegion>
  )
}

const rate = (value: number | null): string => (value === null ? 'not known' : `× ${formatNumber(value)}`)
