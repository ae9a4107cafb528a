import { Drawer } from '../ui/drawer.tsx'
import { formatCount, formatDuration, formatPercent, missing } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Hourly } from './money.tsx'
import { ReadingHistory } from './reading-history.tsx'
import { placementText, type ReadingRow } from './reading-row.ts'

type ReadingDrawerProps = { row: ReadingRow | undefined; readingKey: string; onClose: () => void }

/** One service at one provider: what was told of it last, and the course of that beside its other places. */
export function ReadingDrawer({ row, readingKey, onClose }: ReadingDrawerProps) {
  const at = readingKey.lastIndexOf('@')
  const service = row?.service ?? readingKey.slice(0, at)
  return (
    <Drawer
      title={`${service} at ${row?.provider ?? readingKey.slice(at + 1)}`}
      note={
        row ? (
          <>
            Told by {row.source}, <Moment at={row.at} form="both" />
          </>
        ) : (
          'Nobody tells of it now'
        )
      }
      onClose={onClose}
    >
      <div className="space-y-6">
        {row && (
          <dl className="grid grid-cols-[repeat(auto-fit,minmax(8rem,1fr))] gap-3 [&_dt]:text-ink-mute [&_dt]:text-xs">
            <div>
              <dt>Cost</dt>
              <dd>
                <Hourly value={row.cost_hourly_usd} why={`${row.source} did not tell it.`} />
              </dd>
            </div>
            <div>
              <dt>Latency</dt>
              <dd>{formatDuration(row.latency_ms)}</dd>
            </div>
            <div>
              <dt>Credit left</dt>
              <dd>{formatPercent(row.credits)}</dd>
            </div>
            <div>
              <dt>Free GPUs</dt>
              <dd>{formatCount(row.available_gpus)}</dd>
            </div>
            <div>
              <dt>Region</dt>
              <dd className="wrap-anywhere">{row.region ?? missing}</dd>
            </div>
            <div>
              <dt>Instance</dt>
              <dd className="wrap-anywhere">{row.instance ?? missing}</dd>
            </div>
            <div>
              <dt>Runs here</dt>
              <dd>
                {row.placement ? (
                  <>
                    since <Moment at={row.placement.since} form="ago" />:{' '}
                    {placementText[row.placement.source]}
                  </>
                ) : (
                  'no'
                )}
              </dd>
            </div>
          </dl>
        )}
        <ReadingHistory service={service} />
      </div>
    </Drawer>
  )
}
