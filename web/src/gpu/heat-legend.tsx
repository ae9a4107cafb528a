import { className } from '../ui/class-name.ts'
import { SelectField } from '../ui/field.tsx'
import { formatCount } from '../ui/format.ts'
import { hatch, type Paint } from './heat-paint.ts'
import { type Measure, measureNames, measures } from './measure.ts'

type HeatLegendProps = {
  paint: Paint
  counts: readonly number[]
  /** The class that alone is shown in full; -1 is what is not told, undefined is all. */
  chosen: number | undefined
  onChoose: (bin: number | undefined) => void
  onMeasure: (measure: Measure) => void
}

/** What the colours mean, and how many GPUs have each. A class can be picked out. */
export function HeatLegend({ paint, counts, chosen, onChoose, onMeasure }: HeatLegendProps) {
  const { source, note } = measures[paint.measure]
  const classes = [...paint.bins, { label: paint.measure === 'health' ? 'Unknown' : 'Not told', fill: hatch }]
  return (
    <div className="flex flex-wrap items-center gap-x-1 gap-y-1 border-b px-3 py-2 text-xs">
      <label htmlFor="gpu-measure" className="text-ink-mute">
        Coloured by
      </label>
      <SelectField
        id="gpu-measure"
        title={`${source}. ${note}`}
        value={paint.measure}
        onChange={({ target }) => onMeasure(target.value as Measure)}
        className="mr-2 ml-1"
      >
        {measureNames.map((name) => (
          <option key={name} value={name}>
            {measures[name].word}
          </option>
        ))}
      </SelectField>
      {classes.map(({ label, fill }, i) => {
        const bin = i === paint.bins.length ? -1 : i
        const pressed = chosen === bin
        return (
          <button
            key={label}
            type="button"
            aria-pressed={pressed}
            title={`Pick out the GPUs of this class: ${label}`}
            onClick={() => onChoose(pressed ? undefined : bin)}
            className={className(
              'flex items-center gap-1.5 rounded px-1.5 py-1 hover:bg-sunken',
              pressed && 'bg-sunken ring-1 ring-accent',
            )}
          >
            <span
              aria-hidden
              className="size-3.5 rounded-[3px] border border-line"
              style={{ background: fill }}
            />
            {label}
            <span className="font-semibold">{formatCount(counts[i] ?? 0)}</span>
          </button>
        )
      })}
      <span className="ml-auto flex items-center gap-3 text-ink-mute">
        {paint.measure !== 'health' && (
          <span className="flex items-center gap-1.5">
            <span aria-hidden className="size-3 rounded-[3px] ring-2 ring-critical" /> critical finding
          </span>
        )}
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="size-3.5 rounded-[3px] border border-critical border-dashed" />{' '}
          vanished
        </span>
      </span>
    </div>
  )
}
