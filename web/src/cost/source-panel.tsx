import { Badge } from '../ui/badge.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { silentSeconds } from './silent.ts'
import type { CostOverview } from './use-cost.ts'

/** Who tells what things cost, and since when they are silent. Nothing stands in for what they do not tell. */
export function SourcePanel({ sources }: { sources: CostOverview['sources'] }) {
  const rows = sources.toSorted((a, b) => (b.age_seconds ?? Infinity) - (a.age_seconds ?? Infinity))
  return (
    <Panel title="Sources" note="how fresh their data is" bodyClassName="p-0">
      {rows.length === 0 ? (
        <p className="p-4 text-ink-mute">No source tells what services cost.</p>
      ) : (
        <ul className="divide-y">
          {rows.map(({ name, last_at, age_seconds, services }) => {
            const silent = age_seconds === null || age_seconds > silentSeconds
            return (
              <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2">
                <span className="min-w-0 flex-1 break-words font-medium">{name}</span>
                {silent ? (
                  <Badge tone="high">
                    {last_at === null ? (
                      'never any data'
                    ) : (
                      <>
                        no data since <Moment at={last_at} form="both" />
                      </>
                    )}
                  </Badge>
                ) : (
                  <Moment at={last_at} form="ago" className="text-ok" />
                )}
                <span className="w-full text-ink-mute text-xs">tells of {counted(services, 'service')}</span>
              </li>
            )
          })}
        </ul>
      )}
    </Panel>
  )
}
