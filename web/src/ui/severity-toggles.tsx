import { type Severity, severities } from '@aiops/contract/model/severity'
import { className } from './class-name.ts'
import { formatCount } from './format.ts'
import { sentenceCase } from './words.ts'

type SeverityTogglesProps = {
  chosen: readonly Severity[]
  /** Undefined while they are not known. */
  counts: Readonly<Partial<Record<Severity, number>>> | undefined
  /** In the order of severity. */
  onChange: (chosen: Severity[]) => void
}

/** A button for each severity with how many there are; none chosen stands for all. */
export function SeverityToggles({ chosen, counts, onChange }: SeverityTogglesProps) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">Severity</legend>
      {severities.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={chosen.includes(one)}
          onClick={() =>
            onChange(severities.filter((s) => (s === one ? !chosen.includes(s) : chosen.includes(s))))
          }
          className={className(
            'inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs hover:bg-sunken',
            chosen.includes(one) ? 'border-accent bg-accent-soft text-accent' : 'text-ink-soft',
          )}
        >
          <span aria-hidden className={className('size-2 rounded-full', dots[one])} />
          {sentenceCase(one)}
          <span className="font-medium text-ink">{formatCount(counts && (counts[one] ?? 0))}</span>
        </button>
      ))}
    </fieldset>
  )
}

const dots = {
  CRITICAL: 'bg-critical',
  HIGH: 'bg-high',
  MEDIUM: 'bg-medium',
  LOW: 'bg-low',
  INFO: 'bg-info',
} as const
