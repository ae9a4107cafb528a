import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { sentenceCase } from '../ui/words.ts'
import { useModelActions, useQuarantine } from './use-detection.ts'

/** Labels that look odd and teach nothing until somebody else has looked at them; absent while there are none. */
export function QuarantinePanel() {
  const { data, error } = useQuarantine()
  const { review } = useModelActions()
  if (error) return <Failure error={error} />
  if (!data || data.items.length === 0) return null
  return (
    <Panel title="Labels that wait for a review" note={`${data.total}`} bodyClassName="p-0">
      {review.error && (
        <Failure error={review.error} advice={refusedFor(review.error, 'detection:write')} className="m-3" />
      )}
      <ul>
        {data.items.map((one) => (
          <li
            key={one.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t px-4 py-2 first:border-t-0"
          >
            <div className="min-w-0 flex-1 basis-80">
              <p className="break-words">{one.subject}</p>
              <p className="break-words text-ink-mute text-xs">
                {one.user} says {sentenceCase(one.verdict).toLowerCase()},{' '}
                <Moment at={one.updated_at} form="ago" /> · held back:{' '}
                {one.reasons.map((reason) => sentenceCase(reason).toLowerCase()).join(', ')}
                {one.explanation && ` · “${one.explanation}”`}
              </p>
            </div>
            <Button
              size="small"
              disabled={review.isPending}
              onClick={() => review.mutate({ id: one.id, decision: 'ACCEPT' })}
            >
              Accept
            </Button>
            <Button
              size="small"
              look="danger"
              disabled={review.isPending}
              onClick={() => review.mutate({ id: one.id, decision: 'REJECT' })}
            >
              Reject
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
