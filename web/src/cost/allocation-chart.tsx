import { useMemo, useState } from 'react'
import { localText } from '../ui/clock-text.ts'
import { useNow } from '../ui/use-now.ts'
import { AllocationBars, hatched } from './allocation-bars.tsx'
import { allocationWord, stackOf } from './allocation-stack.ts'
import { usdText } from './money-text.ts'
import type { Allocations } from './use-cost.ts'

/** Spend of each step as a bar; the legend says the step under the pointer, else the whole time. */
export function AllocationChart({ answer }: { answer: Allocations }) {
  const { steps, allocations } = answer
  const stack = useMemo(() => stackOf({ steps, allocations }), [steps, allocations])
  const [at, setAt] = useState<number>()
  const now = useNow()
  const bar = at === undefined ? undefined : stack.bars[at]
  if (stack.bars.length < 2) return null
  return (
    <figure className="border-b px-4 pt-3 pb-3">
      <AllocationBars stack={stack} chosen={at} onChoose={setAt} />
      <figcaption className="mt-2 text-xs">
        <span aria-live="polite" className="text-ink-mute">
          {bar
            ? `${localText(bar.startMs, now)} to ${localText(bar.endMs, now)}: ${bar.totalUsd === null ? 'nothing is known' : usdText(bar.totalUsd)}`
            : 'The whole time'}
        </span>
        <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
          {stack.bands.map(({ name, colour, totalUsd }) => (
            <li key={name} className="flex min-w-0 items-center gap-1.5">
              <span aria-hidden className="size-2.5 shrink-0 rounded-sm" style={{ background: colour }} />
              <span className="max-w-48 truncate text-ink-soft" title={name}>
                {allocationWord(name)}
              </span>
              <span className="whitespace-nowrap font-medium">
                {usdText(bar ? (bar.parts.find((part) => part.name === name)?.usd ?? null) : totalUsd)}
              </span>
            </li>
          ))}
          {stack.bars.some(({ totalUsd }) => totalUsd === null) && (
            <li className="flex items-center gap-1.5 text-ink-soft">
              <span aria-hidden className={`size-2.5 rounded-sm border ${hatched}`} />
              nothing is known
            </li>
          )}
        </ul>
      </figcaption>
    </figure>
  )
}
