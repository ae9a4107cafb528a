import { Pause, Play, ZoomOut } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { localText, utcText } from '../ui/clock-text.ts'
import { CustomRange } from './custom-range.tsx'
import { isLive, rangeOf } from './explore-search.ts'
import { rangeSteps } from './range.ts'
import { useExploreSearch } from './use-explore-search.ts'

/** One range for series, logs and traces; its controls stand in the row of whoever shows it. */
export function RangePicker() {
  const [search, change] = useExploreSearch()
  const range = rangeOf(search)
  const fixed = 'from' in range
  const live = isLive(search)
  return (
    <>
      {fixed && (
        <>
          <span className="text-ink-soft text-xs" title={`${utcText(range.from)} – ${utcText(range.to)}`}>
            {localText(range.from, Date.now())} – {localText(range.to, Date.now())}
          </span>
          <Button size="small" onClick={() => change({ from: undefined, to: undefined })}>
            <ZoomOut aria-hidden />
            Back to live
          </Button>
        </>
      )}
      <fieldset className="flex overflow-hidden rounded-md border border-line-strong">
        <legend className="sr-only">Time range</legend>
        {rangeSteps.map((step) => (
          <button
            key={step}
            type="button"
            aria-pressed={!fixed && range.duration === step}
            onClick={() => change({ range: step, from: undefined, to: undefined })}
            className="h-8 border-line-strong border-r bg-surface px-2.5 text-ink-soft text-sm last:border-r-0 hover:bg-sunken focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
          >
            {step}
          </button>
        ))}
      </fieldset>
      <CustomRange range={range} onRange={(chosen) => change({ range: undefined, ...chosen })} />
      {!fixed && (
        <Button
          aria-pressed={live}
          onClick={() => change({ paused: live ? true : undefined })}
          title={live ? 'New points appear as they come' : 'Standing still'}
        >
          {live ? <Pause aria-hidden /> : <Play aria-hidden />}
          {live ? 'Pause' : 'Go live'}
        </Button>
      )}
    </>
  )
}
