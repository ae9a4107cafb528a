import { RadioTower } from 'lucide-react'
import { useMemo } from 'react'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Loaded } from '../ui/loaded.tsx'
import type { CostPartProps } from './cost-search.ts'
import { ReadingDrawer } from './reading-drawer.tsx'
import { ReadingFilter } from './reading-filter.tsx'
import { fittingRows, readingRows, unplacedServices } from './reading-row.ts'
import { ReadingTable } from './reading-table.tsx'
import { UnplacedNote } from './unplaced-note.tsx'
import { useProviderTelemetry } from './use-cost.ts'

/** The newest reading of each service at each provider, with its age and who said so. */
export function TelemetryTab({ search, onChange }: CostPartProps) {
  const query = useProviderTelemetry()
  const { text, provider, stale } = search
  const rows = useMemo(() => (query.data ? readingRows(query.data) : []), [query.data])
  const fitting = useMemo(
    () => fittingRows(rows, { text: text ?? '', providers: provider ?? [], stale: stale ?? false }),
    [rows, text, provider, stale],
  )
  const clear = (): void => onChange({ text: undefined, provider: undefined, stale: undefined })
  return (
    <section aria-label="Telemetry" className="rounded-lg border bg-surface">
      <Loaded query={query}>
        {(answer) =>
          rows.length === 0 ? (
            <Empty icon={RadioTower} title="No provider was told of yet">
              Post readings to <code className="break-all font-mono text-xs">/api/v1/cost/telemetry</code>, or
              play a market with <code className="font-mono text-xs">aiops cost simulate</code>.
            </Empty>
          ) : (
            <>
              <ReadingFilter {...{ search, onChange, rows }} shown={fitting.length} />
              <UnplacedNote unplaced={unplacedServices(answer)} />
              {(answer.notices ?? []).map((notice) => (
                <p key={notice} className="wrap-anywhere border-b bg-medium-soft px-4 py-2 text-xs">
                  {notice}
                </p>
              ))}
              {fitting.length === 0 ? (
                <Empty icon={RadioTower} title="No reading fits this filter">
                  <Button onClick={clear}>Clear the filter</Button>
                </Empty>
              ) : (
                <ReadingTable
                  rows={fitting}
                  resetKey={`${text} ${provider} ${stale}`}
                  onChoose={(reading) => onChange({ reading })}
                />
              )}
            </>
          )
        }
      </Loaded>
      {search.reading !== undefined && query.data && (
        <ReadingDrawer
          row={rows.find(({ key }) => key === search.reading)}
          readingKey={search.reading}
          onClose={() => onChange({ reading: undefined }, true)}
        />
      )}
    </section>
  )
}
