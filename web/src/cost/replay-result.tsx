import { Badge } from '../ui/badge.tsx'
import { className } from '../ui/class-name.ts'
import { formatCount, formatPercent } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { counted } from '../ui/words.ts'
import { Amount } from './money.tsx'
import type { Replayed } from './use-cost.ts'

const movesShown = 50

/** Courses beside each other, this configuration first, and the moves that it would have made. */
export function ReplayResult({ replayed }: { replayed: Replayed }) {
  const { courses, moves, samples, coverage, notices } = replayed
  return (
    <div role="status" className="m-4 mt-0 rounded-md border border-medium border-dashed">
      <p className="flex flex-wrap items-center gap-2 border-medium border-b border-dashed bg-medium-soft px-3 py-1.5">
        <Badge tone="medium">Hypothetical</Badge>
        <span className="min-w-0">
          {samples === 0
            ? 'Nothing is known of this period.'
            : `By ${counted(samples, 'reading')}; prices were known for ${formatPercent(coverage)} of the period. Nothing of it is kept.`}
        </span>
      </p>
      {samples > 0 && <CourseTable courses={courses} />}
      {moves.length > 0 && (
        <details className="border-t px-3 py-2">
          <summary className="w-fit cursor-pointer font-medium text-accent">
            {counted(moves.length, 'move')} of this configuration
          </summary>
          <ul className="mt-1 space-y-0.5">
            {moves.slice(0, movesShown).map(({ service, at, from, to }) => (
              <li key={`${service} ${at}`} className="flex flex-wrap gap-x-3">
                <Moment at={at} className="text-ink-mute" />
                <span className="font-medium">{service}</span> {from} → {to}
              </li>
            ))}
          </ul>
          {moves.length > movesShown && (
            <p className="text-ink-mute text-xs">and {moves.length - movesShown} more</p>
          )}
        </details>
      )}
      {notices.map((notice) => (
        <p key={notice} className="border-t px-3 py-1.5 text-ink-mute text-xs">
          {notice}
        </p>
      ))}
    </div>
  )
}

function CourseTable({ courses }: Pick<Replayed, 'courses'>) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full max-md:text-xs">
        <thead>
          <tr>
            <TableHead className="pl-3">Course</TableHead>
            <TableHead className="pr-2 text-right md:pr-4">Bill</TableHead>
            <TableHead className="pr-2 text-right md:pr-4">Moves</TableHead>
            <TableHead className="pr-2 text-right md:pr-4">Migration</TableHead>
            <TableHead className="pr-2 text-right md:pr-4">Regret</TableHead>
          </tr>
        </thead>
        <tbody>
          {courses.map(({ name, bill_usd, moves, migration_usd, regret_usd }, i) => (
            <tr key={name} className={className('border-t', i === 0 && 'font-medium')}>
              <td className="py-1.5 pr-2 pl-3">{name}</td>
              <td className="py-1.5 pr-2 text-right md:pr-4">
                <Amount value={bill_usd} />
              </td>
              <td className="py-1.5 pr-2 text-right md:pr-4">{formatCount(moves)}</td>
              <td className="py-1.5 pr-2 text-right md:pr-4">
                <Amount value={migration_usd} />
              </td>
              <td
                className="py-1.5 pr-2 text-right md:pr-4"
                title="What it paid more than the best there was in hindsight"
              >
                <Amount value={regret_usd} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
