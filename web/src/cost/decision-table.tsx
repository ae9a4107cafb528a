import type { Decision } from '@aiops/contract/model/decision'
import { memo } from 'react'
import { className as join } from '../ui/class-name.ts'
import { formatProbability } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { DecisionBadge } from './decision-badge.tsx'
import { actionWord, courseText, failedTests, stateLook, wasCompared } from './decision-word.ts'
import { Hourly } from './money.tsx'

type DecisionTableProps = {
  total: number
  itemAt: (index: number) => Decision | undefined
  onSight: (first: number, end: number) => void
  resetKey: string
  chosen: string | undefined
  onChoose: (id: string) => void
  className?: string
}

/** Decisions, newest first; each opens beside the page. */
export function DecisionTable({ total, itemAt, chosen, onChoose, className, ...rest }: DecisionTableProps) {
  const height = useNarrow() ? 84 : 52
  return (
    <VirtualTable
      {...rest}
      {...(className === undefined ? {} : { className })}
      label={`${total} decisions`}
      count={total}
      rowHeight={height}
      head={
        <tr>
          <TableHead className="w-32 pl-4">State</TableHead>
          <TableHead>Service and course</TableHead>
          <TableHead className="hidden w-64 lg:table-cell">What stands against it</TableHead>
          <TableHead className="w-28 text-right">Confidence</TableHead>
          <TableHead className="w-32 text-right">Saves</TableHead>
          <TableHead className="w-28">Decided</TableHead>
        </tr>
      }
      row={(index) => {
        const decision = itemAt(index)
        return decision ? (
          <Row key={decision.id} {...{ decision, height, onChoose }} chosen={decision.id === chosen} />
        ) : (
          <tr key={`row ${index}`} style={{ height }} className="border-b max-md:block">
            <td colSpan={6} className="px-4 max-md:block max-md:pt-6">
              <Skeleton className="h-5" />
            </td>
          </tr>
        )
      }}
    />
  )
}

type RowProps = { decision: Decision; height: number; chosen: boolean; onChoose: (id: string) => void }

const Row = memo(function Row({ decision, height, chosen, onChoose }: RowProps) {
  const { id, service, state, action, confidence, economics, at, emergency } = decision
  const against = failedTests(decision)
  return (
    <tr
      style={{ height }}
      className={join(
        'overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[auto_1fr_auto] max-md:content-center max-md:gap-x-3 max-md:px-3 md:table-row',
        chosen && 'bg-accent-soft hover:bg-accent-soft',
      )}
    >
      <td className="md:pl-4">
        <DecisionBadge decision={decision} />
      </td>
      <td className="min-w-0 max-md:order-last max-md:col-span-3 md:pr-4">
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => onChoose(id)}
          className="block max-w-full truncate text-left font-medium hover:underline"
        >
          {service}
        </button>
        <p className="truncate text-ink-soft text-xs">
          {action !== 'MOVE' && action !== 'STAY' && `${actionWord[action]}: `}
          {courseText(decision)}
          {emergency && <span className="ml-1.5 font-medium text-critical">emergency</span>}
          <span className="text-ink-mute lg:hidden">{against.length > 0 && ` · ${against.join(', ')}`}</span>
        </p>
      </td>
      <td
        className="hidden truncate pr-4 text-ink-soft text-xs lg:table-cell"
        title={against.length > 0 ? against.join(', ') : stateLook[state].means}
      >
        {against.length > 0
          ? against.join(', ')
          : state === 'RECOMMENDED' && <span className="text-ink-mute">nothing</span>}
      </td>
      <td className="whitespace-nowrap text-right max-md:hidden md:pr-4">
        {confidence === null || !wasCompared(decision) ? (
          <span className="text-ink-mute" title="There was nothing to compare it with.">
            none
          </span>
        ) : (
          formatProbability(confidence)
        )}
      </td>
      <td className="whitespace-nowrap text-right max-md:text-xs md:pr-4">
        {economics === null || action === 'STAY' ? (
          <span
            className="text-ink-mute max-md:hidden"
            title="Nothing would be changed, so nothing is saved."
          >
            –
          </span>
        ) : (
          <Hourly value={economics.saving_hourly_usd.p50} />
        )}
      </td>
      <td className="whitespace-nowrap text-ink-soft max-md:text-xs md:pr-4">
        <Moment at={at} form="ago" />
      </td>
    </tr>
  )
})
