import { OctagonX } from 'lucide-react'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import type { CostOverview } from './use-cost.ts'

/** Whether decisions are made at all, and when they last were. */
export function EngineLine({ overview: { engine, kill_switch } }: { overview: CostOverview }) {
  const { enabled, interval_seconds, last_run, last_run_ms } = engine
  return (
    <>
      {kill_switch && (
        <p
          role="status"
          className="flex items-start gap-2 rounded-md border border-critical/40 bg-critical-soft p-3"
        >
          <OctagonX aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
          <span>
            <span className="font-medium">The kill switch is set.</span> Decisions are still made and shown;
            none is carried out until somebody releases it.
          </span>
        </p>
      )}
      <p className="text-ink-mute text-xs">
        {!enabled ? (
          'The decision engine is off.'
        ) : last_run === null ? (
          `The decision engine runs every ${formatDuration(interval_seconds * 1_000)} and has not run yet.`
        ) : (
          <>
            Decided <Moment at={last_run} form="ago" />
            {last_run_ms !== null && `, in ${formatDuration(last_run_ms)}`}; every{' '}
            {formatDuration(interval_seconds * 1_000)}.{!kill_switch && ' The kill switch is not set.'}
          </>
        )}
      </p>
    </>
  )
}
