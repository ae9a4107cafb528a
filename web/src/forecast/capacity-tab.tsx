import { CapacityKind, type CapacityRow } from '@aiops/contract/model/forecast'
import { HardDrive } from 'lucide-react'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { formatDuration, formatPercent, formatValue } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Meter } from '../ui/meter.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import type { ForecastSearch } from './forecast-search.ts'
import { adviceLook, daysText, kindWords, methodWord, trendText } from './forecast-word.ts'
import { QueryPlace } from './query-place.tsx'
import { useCapacity } from './use-forecasts.ts'

type CapacityTabProps = { search: ForecastSearch; onChange: (part: Partial<ForecastSearch>) => void }

/** What fills up and when, the most urgent first, and what nobody has told of. */
export function CapacityTab({ search, onChange }: CapacityTabProps) {
  const query = useCapacity(search)
  return (
    <div className="space-y-4">
      <Panel
        title="What fills up"
        note={
          query.data && (
            <>
              made <Moment at={query.data.made_at} form="ago" />
            </>
          )
        }
        actions={
          <FacetMenu
            label="Kind"
            options={CapacityKind.options.map((value) => ({ value, word: kindWords[value] }))}
            chosen={search.kinds ?? []}
            onChange={(kinds) => onChange({ kinds: kinds as CapacityKind[] })}
          />
        }
        bodyClassName="p-0"
      >
        <Loaded query={query}>
          {({ items, total, notices }) => (
            <>
              {notices.map((notice) => (
                <p key={notice} className="border-b bg-medium-soft px-4 py-2">
                  {notice}
                </p>
              ))}
              {items.length === 0 ? (
                <Empty icon={HardDrive} title="Nothing to plan for">
                  No disk, memory, quota or certificate is told of. What would be looked at stands below.
                </Empty>
              ) : (
                <ul>
                  {items.map((row) => (
                    <CapacityItem key={`${row.kind} ${row.query} ${JSON.stringify(row.labels)}`} row={row} />
                  ))}
                </ul>
              )}
              {total > items.length && (
                <p className="border-t px-4 py-2 text-ink-mute text-xs">
                  The {items.length} most urgent of {total}.
                </p>
              )}
            </>
          )}
        </Loaded>
      </Panel>
      {query.data && query.data.unknown.length > 0 && (
        <Panel title="What is not known" note="Nobody sends it">
          <ul className="space-y-1.5">
            {query.data.unknown.map(({ kind, reason, looked_for }) => (
              <li key={`${kind} ${reason}`} className="break-words">
                <span className="font-medium">{kindWords[kind]}</span>: {reason}{' '}
                <span className="font-mono text-ink-mute text-xs">{looked_for.join(', ')}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  )
}

function CapacityItem({ row }: { row: CapacityRow }) {
  const { word, tone } = adviceLook[row.advice]
  const amount = (value: number | null): string => formatValue(value, row.unit)
  return (
    <li className="grid gap-x-6 gap-y-1 border-t px-4 py-2.5 first:border-t-0 md:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1.2fr)]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={tone}>{word}</Badge>
          <span className="min-w-0 break-words font-medium">{row.name}</span>
          <span className="text-ink-mute text-xs">{kindWords[row.kind]}</span>
        </p>
        <p className="break-words text-ink-soft text-xs">{row.reason}</p>
      </div>
      <div className="min-w-0">
        {row.used !== null && (
          <>
            <p className="flex justify-between gap-2 text-xs tabular-nums">
              <span>{formatPercent(row.used)} used</span>
              {row.capacity !== null && row.used_amount !== null && (
                <span className="text-ink-mute">
                  {amount(row.used_amount)} of {amount(row.capacity)}
                </span>
              )}
            </p>
            <Meter
              share={row.used}
              label={`${row.name}: used`}
              className={row.used > 0.8 ? 'bg-critical' : row.used > 0.7 ? 'bg-medium' : 'bg-ok'}
            />
            {row.trend_per_day && (
              <p className="text-ink-mute text-xs">
                {row.trend_per_day.significant ? trendText(row.trend_per_day.mid) : 'no clear trend'}
              </p>
            )}
          </>
        )}
      </div>
      <dl className="grid min-w-0 grid-cols-[auto_minmax(0,1fr)] content-start gap-x-3 text-xs">
        {row.kind !== 'CERTIFICATE' && (
          <>
            <dt className="text-ink-mute">To 80 %</dt>
            <dd>{daysText(row.days_to_80, row.horizon_days)}</dd>
          </>
        )}
        <dt className="text-ink-mute">{row.kind === 'CERTIFICATE' ? 'Ends in' : 'To full'}</dt>
        <dd>{daysText(row.days_to_full, row.horizon_days)}</dd>
        <dt className="text-ink-mute">By</dt>
        <dd className="flex flex-wrap items-center gap-x-2">
          {row.method
            ? `${methodWord(row.method)}, from ${formatDuration(row.history_days * 86_400_000)}`
            : 'its newest value'}
          <QueryPlace query={row.query} />
        </dd>
      </dl>
    </li>
  )
}
