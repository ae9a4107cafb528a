import { History, RotateCcw } from 'lucide-react'
import { useClusterOverview } from '../cluster/use-cluster.ts'
import { Button } from '../ui/button.tsx'
import { localText } from '../ui/clock-text.ts'
import { Moment } from '../ui/moment.tsx'
import { useNow } from '../ui/use-now.ts'

type MomentPickerProps = {
  clusterId: string
  at: string | undefined
  onChange: (at: string | undefined) => void
}

const memoryMs = 2 * 3_600_000

/** Chooses a moment that is remembered, and says loudly while one is shown. */
export function MomentPicker({ clusterId, at, onChange }: MomentPickerProps) {
  const now = useNow()
  const { data } = useClusterOverview(clusterId)
  const since = Math.max(Date.parse(data?.memory?.since ?? '') || now - memoryMs, now - memoryMs)
  if (at === undefined)
    return (
      <Button
        onClick={() => onChange(new Date(Math.max(since, now - 600_000)).toISOString())}
        title="Show it as it was at a time within the last two hours"
      >
        <History aria-hidden /> As it was…
      </Button>
    )
  const ms = Date.parse(at)
  return (
    <div
      role="status"
      className="flex w-full flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-medium/50 bg-medium-soft px-3 py-2"
    >
      <History aria-hidden className="size-4 shrink-0 text-medium" />
      <span className="font-medium">
        As it was at <Moment at={at} form="both" />
      </span>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={localText(ms, now)}
        min={Math.ceil(since / 15_000) * 15_000}
        max={now}
        step={15_000}
        value={ms}
        onChange={(event) => onChange(new Date(Number(event.target.value)).toISOString())}
        className="min-w-40 flex-1 accent-(--medium)"
      />
      <span className="text-ink-soft text-xs">remembered since {localText(since, now)}</span>
      <Button size="small" onClick={() => onChange(undefined)}>
        <RotateCcw aria-hidden /> Back to now
      </Button>
    </div>
  )
}
