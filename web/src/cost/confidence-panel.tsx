import type { Decision } from '@aiops/contract/model/decision'
import { formatProbability } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { DecisionPart } from './decision-part.tsx'
import { calibrationText, confidenceMeaning, wasCompared } from './decision-word.ts'

/** How sure, what that number is, what such numbers were worth, and what would turn it. */
export function ConfidencePanel({ decision }: { decision: Decision }) {
  const { confidence, calibration, runner_up, flips, options } = decision
  const second = options.find(({ provider }) => provider === runner_up)
  return (
    <DecisionPart title="Confidence">
      {confidence === null || !wasCompared(decision) ? (
        <p className="text-ink-soft">None: there was nothing to compare it with.</p>
      ) : (
        <>
          <p className="mb-1 flex items-baseline gap-2">
            <span className="font-semibold text-lg">{formatProbability(confidence)}</span>
            <span className="text-ink-soft text-xs">{confidenceMeaning}</span>
          </p>
          <Meter share={confidence} label="Confidence" />
          <p className="mt-1.5 text-ink-mute text-xs">{calibrationText(calibration)}</p>
        </>
      )}
      <dl className="mt-3 space-y-1">
        <div>
          <dt className="inline text-ink-mute">Runner-up </dt>
          <dd className="inline">
            {runner_up ?? 'none'}
            {second?.acceptability != null && `, wins ${formatProbability(second.acceptability)}`}
          </dd>
        </div>
        <div>
          <dt className="text-ink-mute">What would turn it</dt>
          <dd>
            {flips.length === 0 ? (
              'No single change of a weight or a price that was looked at.'
            ) : (
              <ul className="list-disc pl-4">
                {flips.map((flip) => (
                  <li key={flip}>{flip}</li>
                ))}
              </ul>
            )}
          </dd>
        </div>
      </dl>
    </DecisionPart>
  )
}
