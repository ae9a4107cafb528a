import type { Deployment } from '@aiops/contract/model/deployment'
import { useState } from 'react'
import { DeedDialog } from './deed-dialog.tsx'
import { useDeed } from './use-deployments.ts'

const answers = [
  { right: true, word: 'It was right', note: 'Waiting would have cost more.' },
  { right: false, word: 'It was wrong', note: 'It should have waited for people, or not been done.' },
]

/** Afterwards: whether what passed as an emergency was one. */
export function ReviewDialog({ deployment, onClose }: { deployment: Deployment; onClose: () => void }) {
  const review = useDeed(deployment.id, 'review')
  const [right, setRight] = useState<boolean>()
  const signals = deployment.override?.signals ?? []
  return (
    <DeedDialog
      title="Was the override right?"
      description="It passed rules of the policy because of these signals:"
      verb="Keep the review"
      words={{ label: 'What is to be learnt: a threshold, a runbook, nothing', required: true, max: 10_000 }}
      incomplete={right === undefined}
      pending={review.isPending}
      error={review.error}
      onCancel={onClose}
      onConfirm={(comment) => review.mutate({ right: right === true, comment }, { onSuccess: onClose })}
    >
      <ul className="list-disc space-y-1 pl-5">
        {signals.map((signal) => (
          <li key={signal} className="break-words">
            {signal}
          </li>
        ))}
      </ul>
      <fieldset className="grid gap-2 sm:grid-cols-2">
        <legend className="sr-only">Was it right?</legend>
        {answers.map((answer) => (
          <label
            key={answer.word}
            className="flex cursor-pointer items-start gap-2 rounded-md border p-2.5 has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="right"
              checked={right === answer.right}
              onChange={() => setRight(answer.right)}
              className="mt-0.5 accent-(--accent)"
            />
            <span>
              <span className="block font-medium">{answer.word}</span>
              <span className="text-ink-soft text-xs">{answer.note}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </DeedDialog>
  )
}
