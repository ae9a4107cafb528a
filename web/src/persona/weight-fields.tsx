import type { Persona } from '@aiops/contract/model/persona'
import { useId } from 'react'
import { evidenceTypes, weightWord } from './persona-word.ts'

type Weights = Persona['evidence_weights']

/** How much each kind of evidence counts. 1 is as usual and is not stored. */
export function WeightFields({
  weights,
  onChange,
}: {
  weights: Weights
  onChange: (weights: Weights) => void
}) {
  const set = (type: keyof Weights, weight: number): void => {
    const { [type]: _, ...others } = weights
    onChange(weight === 1 ? others : { ...others, [type]: weight })
  }
  return (
    <div className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
      {evidenceTypes.map(({ value, title }) => (
        <WeightField
          key={value}
          title={title}
          weight={weights[value] ?? 1}
          onChange={(weight) => set(value, weight)}
        />
      ))}
    </div>
  )
}

type WeightFieldProps = { title: string; weight: number; onChange: (weight: number) => void }

function WeightField({ title, weight, onChange }: WeightFieldProps) {
  const id = useId()
  return (
    <div className="grid grid-cols-[8.5rem_1fr_8rem] items-center gap-2">
      <label htmlFor={id} className={weight === 1 ? 'text-ink-soft' : 'font-medium'}>
        {title}
      </label>
      <input
        type="range"
        {...{ id, min: 0, max: 10, step: 0.5, value: weight }}
        aria-valuetext={`${weight}, ${weightWord(weight)}`}
        onChange={(event) => onChange(Number(event.target.value))}
        className="w-full min-w-0 accent-(--accent)"
      />
      <span className={`text-xs ${weight === 1 ? 'text-ink-mute' : ''}`}>
        × {weight} {weightWord(weight)}
      </span>
    </div>
  )
}
