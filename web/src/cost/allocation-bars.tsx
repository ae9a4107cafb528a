import { usd } from '@aiops/contract/model/money'
import { useNarrow } from '../ui/use-media.ts'
import type { Stack } from './allocation-stack.ts'
import { usdText } from './money-text.ts'

const pad = (n: number): string => String(n).padStart(2, '0')

/** Of what nothing is known of. */
export const hatched = 'bg-[repeating-linear-gradient(135deg,var(--line-strong)_0_1px,transparent_1px_6px)]'

type AllocationBarsProps = {
  stack: Stack
  chosen: number | undefined
  onChoose: (at: number | undefined) => void
}

/** Stacked bars from zero. Arrows go from bar to bar. A step of which nothing is known is hatched, not empty. */
export function AllocationBars({ stack: { bars, bands, top }, chosen, onChoose }: AllocationBarsProps) {
  const narrow = useNarrow()
  const colours = new Map(bands.map(({ name, colour }) => [name, colour]))
  const every = Math.ceil(bars.length / (narrow ? 4 : 10))
  const move = (step: number): void =>
    onChoose(Math.max(0, Math.min(bars.length - 1, (chosen ?? (step > 0 ? -1 : bars.length)) + step)))
  return (
    <div className="grid grid-cols-[3.5rem_1fr] gap-x-2">
      <div aria-hidden className="relative text-right text-ink-mute text-xs">
        {[1, 0.5, 0].map((share) => (
          <span
            key={share}
            className="absolute right-0 -translate-y-1/2"
            style={{ top: `${(1 - share) * 100}%` }}
          >
            {usdText(usd(top * share))}
          </span>
        ))}
      </div>
      <div
        role="img"
        aria-label={`Spend by step, ${bars.length} steps, at most ${usdText(usd(Math.max(0, ...bars.map((bar) => bar.totalUsd ?? 0))))} in one. Arrow keys choose one.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        onKeyDown={({ key }) => (key === 'ArrowRight' ? move(1) : key === 'ArrowLeft' ? move(-1) : undefined)}
        onPointerLeave={() => onChoose(undefined)}
        onBlur={() => onChoose(undefined)}
        className="flex h-48 items-stretch gap-px border-b bg-[linear-gradient(var(--line),var(--line)),linear-gradient(var(--line),var(--line))] bg-[length:100%_1px] bg-[position:0_0,0_50%] bg-no-repeat"
      >
        {bars.map((bar, i) => (
          <div
            key={bar.startMs}
            onPointerEnter={() => onChoose(i)}
            className={`flex min-w-0 flex-1 flex-col-reverse px-px ${chosen === i ? 'bg-accent-soft' : ''}`}
          >
            {bar.totalUsd === null ? (
              <div className={`h-full ${hatched}`} />
            ) : (
              bar.parts.map((part) => (
                <div
                  key={part.name}
                  style={{
                    height: `${((part.to - part.from) / top) * 100}%`,
                    background: colours.get(part.name),
                  }}
                />
              ))
            )}
          </div>
        ))}
      </div>
      <span />
      <div aria-hidden className="flex gap-px text-ink-mute text-xs">
        {bars.map(({ startMs, endMs }, i) => (
          <span key={startMs} className="relative h-4 min-w-0 flex-1">
            {i % every === 0 && (
              <span className="absolute left-0 whitespace-nowrap">{tick(startMs, endMs - startMs)}</span>
            )}
          </span>
        ))}
      </div>
    </div>
  )
}

function tick(ms: number, stepMs: number): string {
  const d = new Date(ms)
  return stepMs >= 6 * 3_600_000
    ? `${pad(d.getMonth() + 1)}-${pad(d.getDate())}`
    : `${pad(d.getHours())}:${pad(d.getMinutes())}`
}
