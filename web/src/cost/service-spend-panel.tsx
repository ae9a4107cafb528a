import { useMemo } from 'react'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { missing } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { counted } from '../ui/words.ts'
import { ageText } from './age-text.ts'
import type { CostSearchChange } from './cost-search.ts'
import { Hourly } from './money.tsx'
import { silentSeconds } from './silent.ts'
import type { CostOverview } from './use-cost.ts'

const rowHeight = 36

type ServiceSpendPanelProps = { spend: CostOverview['spend']; onChange: CostSearchChange }

/** Each service once, at the provider where it runs, the dearest first. */
export function ServiceSpendPanel({ spend, onChange }: ServiceSpendPanelProps) {
  const rows = useMemo(
    () => spend.by_service.toSorted((a, b) => (b.hourly_usd ?? -1) - (a.hourly_usd ?? -1)),
    [spend.by_service],
  )
  return (
    <Panel
      title="Services"
      note={`${counted(rows.length, 'service')}, rate by the hour`}
      bodyClassName="p-0"
      actions={
        <Button size="small" look="quiet" onClick={() => onChange({ tab: 'telemetry' })}>
          All readings
        </Button>
      }
    >
      <VirtualTable
        label="Services and what they cost now"
        className="max-h-[26rem]"
        count={rows.length}
        rowHeight={rowHeight}
        head={
          <tr>
            <TableHead className="pl-4">Service</TableHead>
            <TableHead className="w-32">Runs at</TableHead>
            <TableHead className="w-28 text-right">Rate</TableHead>
            <TableHead className="w-28 text-right">Told</TableHead>
          </tr>
        }
        row={(index) => {
          const row = rows[index]
          if (!row) return null
          const { service, provider, hourly_usd, age_seconds } = row
          return (
            <tr
              key={service}
              style={{ height: rowHeight }}
              className="border-b last:border-b-0 hover:bg-sunken/60 max-md:grid max-md:grid-cols-[1fr_auto_auto] max-md:content-center max-md:gap-x-3 max-md:px-4 md:table-row"
            >
              <td className="truncate md:pl-4" title={service}>
                <button
                  type="button"
                  className="max-w-full truncate font-medium hover:underline"
                  onClick={() => onChange({ tab: 'decisions', service: [service] })}
                >
                  {service}
                </button>
              </td>
              <td className="truncate text-ink-soft md:pr-4">{provider}</td>
              <td className="whitespace-nowrap text-right md:pr-4">
                <Hourly value={hourly_usd} why={`Nothing tells what ${service} costs at ${provider}.`} />
              </td>
              <td
                className={className(
                  'whitespace-nowrap text-right text-ink-mute max-md:hidden md:pr-4',
                  (age_seconds ?? 0) > silentSeconds && 'text-high',
                )}
              >
                {age_seconds === null ? missing : `${ageText(age_seconds)} ago`}
              </td>
            </tr>
          )
        }}
      />
      {spend.unknown.length > 0 && (
        <p className="border-t px-4 py-2 text-ink-mute text-xs">
          Not in the sum, because nothing tells what they cost where they run:{' '}
          {spend.unknown.slice(0, 12).join(', ')}
          {spend.unknown.length > 12 && ` and ${spend.unknown.length - 12} more`}.
        </p>
      )}
    </Panel>
  )
}
