import { Pause, Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import type { Sign } from './propagation.ts'

const stepMs = 1_100

type PropagationBarProps = { signs: readonly Sign[]; step: number; onStep: (step: number) => void }

/** Plays how trouble spread, sign by sign. At the end all of it is shown. */
export function PropagationBar({ signs, step, onStep }: PropagationBarProps) {
  const [isPlaying, setPlaying] = useState(false)
  const last = signs.length
  useEffect(() => {
    if (!isPlaying) return
    if (step >= last) {
      setPlaying(false)
      return
    }
    const timer = setTimeout(() => onStep(step + 1), stepMs)
    return () => clearTimeout(timer)
  }, [isPlaying, step, last, onStep])
  const sign = signs[Math.min(step, last) - 1]
  const begin = (): void => {
    if (step >= last) onStep(0)
    setPlaying(true)
  }
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-4 py-2">
      <Button
        size="small"
        aria-label={isPlaying ? 'Pause' : 'Play how it spread'}
        onClick={() => (isPlaying ? setPlaying(false) : begin())}
      >
        {isPlaying ? <Pause aria-hidden /> : <Play aria-hidden />}
        {isPlaying ? 'Pause' : 'Play'}
      </Button>
      <input
        type="range"
        aria-label="Moment of the propagation"
        aria-valuetext={sign ? `${sign.entity}: ${sign.sentence}` : 'Before the first sign'}
        min={0}
        max={last}
        value={Math.min(step, last)}
        onChange={(event) => {
          setPlaying(false)
          onStep(Number(event.target.value))
        }}
        className="h-6 min-w-32 flex-1 accent-accent sm:max-w-64"
      />
      <p
        aria-live="polite"
        className="min-w-0 basis-full truncate text-ink-soft text-xs sm:flex-1 sm:basis-0"
      >
        {sign ? (
          <span title={sign.sentence}>
            <Moment at={new Date(sign.atMs).toISOString()} />
            {step > 1 && `, +${formatDuration(sign.atMs - (signs[0]?.atMs ?? sign.atMs))}`}{' '}
            <EntityName id={sign.entity} /> {sign.sentence}
          </span>
        ) : (
          'Before the first sign'
        )}
      </p>
    </div>
  )
}
