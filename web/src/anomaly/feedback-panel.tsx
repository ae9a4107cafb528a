import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { AnomalyVerdict } from '@aiops/contract/model/feedback'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'
import { Moment } from '../ui/moment.tsx'
import { useFeedback } from './use-feedback.ts'

const choices: readonly { verdict: AnomalyVerdict; word: string; meaning: string }[] = [
  { verdict: 'TRUE', word: 'Real', meaning: 'Something was really wrong.' },
  { verdict: 'FALSE', word: 'Not real', meaning: 'Nothing was wrong.' },
  { verdict: 'NOISE', word: 'Noise', meaning: 'This series does that; do not tell it at this size.' },
  { verdict: 'EXPECTED', word: 'Expected', meaning: 'It was meant to happen then.' },
]
const wordOf = (verdict: string): string =>
  choices.find((choice) => choice.verdict === verdict)?.word ?? verdict

/** What people said of it, and the buttons to say so; what is said moves the thresholds of the series. */
export function FeedbackPanel({ anomaly }: { anomaly: Anomaly }) {
  const { labels, error, label } = useFeedback(anomaly.id)
  const [explanation, setExplanation] = useState('')
  return (
    <div className="space-y-2">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">What was it?</legend>
        {choices.map(({ verdict, word, meaning }) => (
          <Button
            key={verdict}
            title={meaning}
            disabled={label.isPending}
            onClick={() => label.mutate({ verdict, explanation }, { onSuccess: () => setExplanation('') })}
          >
            {word}
          </Button>
        ))}
      </fieldset>
      <TextArea
        aria-label="Explanation"
        placeholder="Why (needed, in 50 characters, to contradict a severe one)"
        rows={2}
        maxLength={4_096}
        value={explanation}
        onChange={(event) => setExplanation(event.target.value)}
      />
      {(label.error ?? error) && <Failure error={label.error ?? error} />}
      {labels && labels.length > 0 ? (
        <ul className="space-y-1 text-xs">
          {labels.map((one) => (
            <li key={one.id} className="break-words">
              <span className="font-medium">{wordOf(one.verdict)}</span>, says {one.user},{' '}
              <Moment at={one.updated_at} form="ago" />
              {one.state !== 'ACCEPTED' && (
                <span className="text-medium">
                  {one.state === 'QUARANTINED'
                    ? ' · waits for a review and teaches nothing yet'
                    : ' · rejected in review'}
                </span>
              )}
              {one.explanation && <span className="text-ink-soft">: {one.explanation}</span>}
            </li>
          ))}
        </ul>
      ) : (
        labels && <p className="text-ink-mute text-xs">Nobody has said anything of it yet.</p>
      )}
    </div>
  )
}
