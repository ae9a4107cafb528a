import { usdRangeText } from './money-text.ts'
import type { Saving } from './use-cost.ts'

export type SavingScale = { low: number; high: number }

/** One scale for all rows, zero always on it. */
export function savingScale(savings: readonly Saving[]): SavingScale {
  const ends = savings.flatMap(({ predicted_usd, realised_usd }) =>
    [predicted_usd, realised_usd].flatMap((one) => (one ? [one.p10, one.p90] : [])),
  )
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)]
  return high > low ? { low, high } : { low: 0, high: 1 }
}

/** Two intervals under each other with their middles; the line is zero. */
export function SavingBars({ saving, scale }: { saving: Saving; scale: SavingScale }) {
  const at = (amount: number): number => ((amount - scale.low) / (scale.high - scale.low)) * 100
  const { predicted_usd, realised_usd } = saving
  const said = [
    predicted_usd && `predicted ${usdRangeText(predicted_usd)}`,
    realised_usd && `realised ${usdRangeText(realised_usd)}`,
  ].filter(Boolean)
  const rows = [
    { one: predicted_usd, colour: 'var(--ink-mute)', top: 4 },
    { one: realised_usd, colour: 'var(--series-3)', top: 15 },
  ]
  return (
    <div
      role="img"
      aria-label={said.join(', ') || 'nothing to show'}
      className="relative h-6 w-full rounded bg-sunken"
    >
      <span className="absolute inset-y-0 w-px bg-ink-mute" style={{ left: `${at(0)}%` }} />
      {rows.map(
        ({ one, colour, top }) =>
          one && (
            <span key={top}>
              <span
                className="absolute h-1.5 rounded-full opacity-50"
                style={{
                  ...{ top, left: `${at(one.p10)}%`, background: colour },
                  width: `max(2px, ${at(one.p90) - at(one.p10)}%)`,
                }}
              />
              <span
                className="absolute h-2.5 w-1 rounded-sm"
                style={{ top: top - 2, left: `calc(${at(one.p50)}% - 2px)`, background: colour }}
              />
            </span>
          ),
      )}
    </div>
  )
}
