import type { Option } from '@aiops/contract/model/decision'
import { factorWord } from './decision-word.ts'
import { factorColour, scoreFactors, scoreParts, type Weights } from './score-parts.ts'

/** A score as what its factors add to it, on an axis from 0 to 1; the factors before weighting in words below. */
export function ScoreBar({ option, weights }: { option: Option; weights: Weights }) {
  const parts = scoreParts(option, weights)
  const said = scoreFactors.flatMap((factor) => {
    const value = option.factors[factor]
    return value === undefined ? [] : [`${factorWord[factor].toLowerCase()} ${value.toFixed(2)}`]
  })
  const label = `Score of ${option.provider}: ${parts
    .map(({ factor, part }) => `${factorWord[factor]} adds ${part.toFixed(3)}`)
    .join(', ')}`
  return (
    <>
      <div role="img" aria-label={label} className="flex h-3 overflow-hidden rounded bg-sunken">
        {parts.length > 0
          ? parts.map(({ factor, part, value, weight }) => (
              <div
                key={factor}
                title={`${factorWord[factor]}: ${value.toFixed(2)} × ${weight.toFixed(2)} = ${part.toFixed(3)}`}
                style={{ width: `${Math.max(0, part) * 100}%`, background: factorColour[factor] }}
              />
            ))
          : option.score !== null && (
              <div
                title="The weights cannot be told from this decision, so the score is not taken apart."
                style={{ width: `${option.score * 100}%`, background: 'var(--ink-mute)' }}
              />
            )}
      </div>
      <p className="mt-1 text-ink-mute text-xs">
        {said.length > 0 ? `before weighting: ${said.join(', ')}` : 'no factor is known'}
      </p>
    </>
  )
}
