import type { TopologyTimes } from '@aiops/contract/model/topology'
import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Moment } from '../ui/moment.tsx'
import { useTopologyTimes } from './use-topology.ts'

const positions = 1_000
/** Each step of the slider asks the server; it is asked once the hand rests. */
const restMs = 200

type TimeBarProps = { at: string | undefined; onChange: (at: string | undefined) => void }

/** Goes back in the graph's past; bars show when much of it changed. Nothing where no past is kept yet. */
export function TimeBar({ at, onChange }: TimeBarProps) {
  const { data } = useTopologyTimes()
  if (!data?.kept_from || !data.kept_until) return null
  return (
    <Slider
      key={at ?? 'now'}
      {...{ at, onChange }}
      times={data}
      from={data.kept_from}
      until={data.kept_until}
    />
  )
}

type SliderProps = TimeBarProps & { times: TopologyTimes; from: string; until: string }

function Slider({ at, onChange, times, from, until }: SliderProps) {
  const fromMs = Date.parse(from)
  const spanMs = Math.max(1, Date.parse(until) - fromMs)
  const placeOf = (time: string): number => ((Date.parse(time) - fromMs) / spanMs) * positions
  const [position, setPosition] = useState(() => (at === undefined ? positions : placeOf(at)))
  const timeAt = (place: number): string => new Date(fromMs + (place / positions) * spanMs).toISOString()
  const wanted = position >= positions ? undefined : timeAt(position)
  const isMoved = Math.abs(position - (at === undefined ? positions : placeOf(at))) >= 1
  useEffect(() => {
    if (!isMoved) return
    const timer = setTimeout(() => onChange(wanted), restMs)
    return () => clearTimeout(timer)
  }, [isMoved, wanted, onChange])
  const most = Math.max(1, ...times.moments.map(({ added, removed, changed }) => added + removed + changed))
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border bg-surface px-4 py-2">
      <div className="min-w-48 flex-1">
        <svg
          aria-hidden
          viewBox={`0 0 ${positions} 20`}
          preserveAspectRatio="none"
          className="block h-5 w-full"
        >
          {times.gaps.map((gap) => (
            <rect
              key={gap.start}
              x={placeOf(gap.start)}
              width={Math.max(1, placeOf(gap.end) - placeOf(gap.start))}
              y="0"
              height="20"
              className="fill-sunken"
            />
          ))}
          {times.moments.map(({ at: moment, added, removed, changed }) => {
            const height = 3 + 17 * Math.sqrt((added + removed + changed) / most)
            return (
              <rect
                key={moment}
                x={placeOf(moment) - 2}
                width="4"
                y={20 - height}
                height={height}
                className="fill-accent"
              />
            )
          })}
        </svg>
        <input
          type="range"
          aria-label="Time of the graph"
          aria-valuetext={wanted === undefined ? 'now' : new Date(wanted).toLocaleString()}
          min={0}
          max={positions}
          value={position}
          onChange={(event) => setPosition(Number(event.target.value))}
          className="block h-5 w-full accent-accent"
        />
      </div>
      <p className="w-44 text-ink-soft text-xs">
        {wanted === undefined ? (
          'As it is now'
        ) : (
          <>
            As it was <Moment at={wanted} form="both" />
          </>
        )}
        <span className="block text-ink-mute">
          kept since <Moment at={from} />
        </span>
      </p>
      <Button size="small" disabled={at === undefined} onClick={() => onChange(undefined)}>
        Now
      </Button>
    </div>
  )
}
