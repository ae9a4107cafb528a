import { type KeyboardEvent, useState } from 'react'
import { localText } from '../ui/clock-text.ts'
import { formatDuration } from '../ui/format.ts'
import { stateLooks } from './cluster-look.ts'
import type { BandPart } from './health-band.ts'
import { StateMark } from './state-mark.tsx'

const height = 56
/** A moment of trouble must not vanish in a week: in thousandths of the width. */
const widthMin = 1.5

/** Stretches of alike health over time, each as high as its score. The pointer or the arrow keys tell of one. */
export function HealthChart({ parts }: { parts: readonly BandPart[] }) {
  const [at, setAt] = useState<number>()
  const fromMs = parts[0]?.fromMs ?? 0
  const toMs = parts.at(-1)?.toMs ?? 1
  const x = (ms: number): number => ((ms - fromMs) / (toMs - fromMs)) * 1_000
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    setAt((old) => Math.max(0, Math.min(parts.length - 1, (old ?? parts.length - (step > 0 ? 1 : 0)) + step)))
  }
  const days = daysBetween(fromMs, toMs)
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: a chart that is read part by part with the arrow keys */}
      <div
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the arrow keys reach it
        tabIndex={0}
        aria-label="Health over time; the arrow keys go from stretch to stretch"
        onKeyDown={onKey}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect()
          const ms = fromMs + ((event.clientX - box.left) / box.width) * (toMs - fromMs)
          const found = parts.findIndex((part) => ms >= part.fromMs && ms < part.toMs)
          setAt(found < 0 ? undefined : found)
        }}
        onPointerLeave={() => setAt(undefined)}
        onBlur={() => setAt(undefined)}
      >
        <svg viewBox={`0 0 1000 ${height}`} preserveAspectRatio="none" className="h-14 w-full" aria-hidden>
          {days.map((ms) => (
            <line
              key={ms}
              x1={x(ms)}
              x2={x(ms)}
              y1={0}
              y2={height}
              stroke="var(--line)"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {parts.map(({ fromMs: from, toMs: to, period }, i) => {
            const high = period ? 8 + ((height - 8) * period.health_score) / 100 : 3
            return (
              <rect
                key={from}
                x={x(from)}
                y={height - high}
                width={Math.max(period?.state === 'ONLINE' ? 0.2 : widthMin, x(to) - x(from))}
                height={high}
                fill={period ? stateLooks[period.state].fill : 'var(--line-strong)'}
                opacity={i === at ? 1 : period?.state === 'ONLINE' ? 0.5 : 0.85}
              />
            )
          })}
        </svg>
      </div>
      <div aria-hidden className="relative h-4 text-ink-mute text-xs">
        {days.map((ms) => (
          <span key={ms} className="absolute whitespace-nowrap pl-1" style={{ left: `${x(ms) / 10}%` }}>
            {new Date(ms).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric' })}
          </span>
        ))}
      </div>
      <p className="mt-1 min-h-5 text-ink-soft text-xs" aria-live="polite">
        <PartText part={at === undefined ? undefined : parts[at]} />
      </p>
    </div>
  )
}

function PartText({ part }: { part: BandPart | undefined }) {
  if (!part) return 'Point at a stretch to read of it.'
  const { fromMs, toMs, period } = part
  const span = `${localText(fromMs, Date.now())} – ${localText(toMs, Date.now())} (${formatDuration(toMs - fromMs)})`
  if (!period) return `${span}: nothing was checked.`
  return (
    <>
      <StateMark state={period.state} className="mr-2" />
      score {period.health_score} · {span} · {period.checks} checks
      {period.last_error && <span className="break-words"> · {period.last_error}</span>}
    </>
  )
}

function daysBetween(fromMs: number, toMs: number): number[] {
  const days: number[] = []
  const day = new Date(fromMs)
  day.setHours(24, 0, 0, 0)
  // At most eight: seven days and the change of the clocks.
  while (day.getTime() < toMs && days.length < 8) {
    days.push(day.getTime())
    day.setDate(day.getDate() + 1)
  }
  return days
}
