import { useId } from 'react'
import { CheckMark } from '../ui/check-mark.tsx'
import { SelectField } from '../ui/field.tsx'
import { allocationKeys, type CostPartProps, spendRangeNames } from './cost-search.ts'

/** By what, over how long, and whether idle capacity is spread. */
export function AnalysisChoice({ search, onChange }: CostPartProps) {
  const { by = 'namespace', range = '24h', spread = false } = search
  const id = useId()
  return (
    <>
      <div className="flex items-center gap-2">
        <label htmlFor={id} className="text-ink-soft">
          By
        </label>
        <SelectField
          id={id}
          value={by}
          onChange={(event) => onChange({ by: allocationKeys.find((key) => key === event.target.value) })}
        >
          {allocationKeys.map((key) => (
            <option key={key}>{key}</option>
          ))}
        </SelectField>
      </div>
      <fieldset className="flex overflow-hidden rounded-md border border-line-strong">
        <legend className="sr-only">Time range</legend>
        {spendRangeNames.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={range === one}
            onClick={() => onChange({ range: one === '24h' ? undefined : one })}
            className="h-8 border-line-strong border-r bg-surface px-2.5 text-ink-soft text-sm last:border-r-0 hover:bg-sunken focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
          >
            {one}
          </button>
        ))}
      </fieldset>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is a button of Radix */}
      <label className="flex items-center gap-2">
        <CheckMark checked={spread} onChange={(next) => onChange({ spread: next ? true : undefined })} />
        Spread idle cost over what runs
      </label>
    </>
  )
}
