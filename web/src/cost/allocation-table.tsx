import type { Allocation } from '@aiops/contract/model/allocation'
import type { Usd } from '@aiops/contract/model/money'
import { useMemo } from 'react'
import { formatPercent } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { Paged } from '../ui/paged.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { allocationWord, idleName, sharedName } from './allocation-stack.ts'
import type { AllocationKey, CostPartProps } from './cost-search.ts'
import { Amount } from './money.tsx'
import type { Allocations } from './use-cost.ts'

type AllocationTableProps = CostPartProps & { answer: Allocations; by: AllocationKey }

/** What each name cost and of what, dearest first; a part without a source is a dash that says so, never a zero. */
export function AllocationTable({ answer, by, search, onChange }: AllocationTableProps) {
  const rows = useMemo(
    () => answer.allocations.toSorted((a, b) => b.total_usd - a.total_usd),
    [answer.allocations],
  )
  const external = rows.some(({ external_usd }) => external_usd != null)
  return (
    <Paged search={search} items={rows} onChange={onChange}>
      {(some) => (
        <ScrollRegion label="Table of costs">
          <table className="w-full min-w-[54rem]">
            <thead className="text-ink-mute text-xs">
              <tr>
                <TableHead className="pl-4 capitalize">{by}</TableHead>
                <TableHead className="text-right">Total</TableHead>
                <TableHead className="text-right">CPU</TableHead>
                <TableHead className="text-right">Memory</TableHead>
                <TableHead className="text-right">GPU</TableHead>
                <TableHead className="text-right">Storage</TableHead>
                <TableHead className="text-right">Network</TableHead>
                {external && <TableHead className="text-right">Elsewhere</TableHead>}
                <TableHead className="text-right">Idle</TableHead>
                <TableHead className="text-right">Shared</TableHead>
                <TableHead className="w-40">Efficiency</TableHead>
              </tr>
            </thead>
            <tbody>
              {some.map((one) => (
                <Row key={one.name} one={one} external={external} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Paged>
  )
}

function Row({ one, external }: { one: Allocation; external: boolean }) {
  const { name, total_usd, efficiency, missing } = one
  const quiet = name === idleName || name === sharedName
  const parts: [string, Usd | null | undefined][] = [
    ['CPU', one.cpu_usd],
    ['memory', one.ram_usd],
    ['GPU', one.gpu_usd],
    ['storage', one.storage_usd],
    ['network', one.network_usd],
    ...(external ? [['elsewhere', one.external_usd] as [string, Usd | null | undefined]] : []),
    ['idle', one.idle_usd],
    ['shared', one.shared_usd],
  ]
  return (
    <tr className="border-t hover:bg-sunken/60">
      <td className="max-w-64 py-1.5 pr-4 pl-4">
        <p className={`truncate ${quiet ? 'text-ink-soft' : 'font-medium'}`} title={name}>
          {allocationWord(name)}
        </p>
        {missing.length > 0 && <p className="text-medium text-xs">no source for {missing.join(', ')}</p>}
      </td>
      <td className="whitespace-nowrap pr-4 text-right font-medium">
        <Amount
          value={parts.some(([, value]) => value != null) ? total_usd : null}
          why="Nothing of it has a price."
        />
      </td>
      {parts.map(([part, value]) => (
        <td key={part} className="whitespace-nowrap pr-4 text-right text-ink-soft">
          <Amount
            value={value}
            why={missing.includes(part.toLowerCase()) ? `No source tells its ${part}.` : `No ${part} of it.`}
          />
        </td>
      ))}
      <td className="pr-4">
        {efficiency === null ? (
          <span className="text-ink-mute text-xs" title="Usage or request is not known, or it is nobody’s.">
            not known
          </span>
        ) : (
          <span className="flex items-center gap-2">
            <span className="w-9 text-right">{formatPercent(efficiency)}</span>
            <Meter
              share={efficiency}
              label={`Efficiency of ${name}`}
              {...(efficiency < 0.3 ? { className: 'bg-medium' } : {})}
            />
          </span>
        )}
      </td>
    </tr>
  )
}
