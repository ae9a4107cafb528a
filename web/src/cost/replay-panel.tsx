import { History } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { CheckMark } from '../ui/check-mark.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { sentenceCase } from '../ui/words.ts'
import { firstReplay, type ReplayPeriod, replayFactors, replayHours, replayOf } from './replay-draft.ts'
import { ReplayResult } from './replay-result.tsx'
import { useReplay } from './use-cost.ts'

/** What a period would have come to, decided again. Asks only once it is opened and told to. */
export function ReplayPanel() {
  const [open, setOpen] = useState(false)
  return (
    <section aria-label="Replay" className="rounded-lg border border-dashed bg-surface">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
        <History aria-hidden className="size-4 text-ink-mute" />
        <h2 className="font-semibold text-base">Replay</h2>
        <span className="min-w-0 text-ink-mute text-xs">a past period, decided again</span>
        <Button size="small" className="ml-auto" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Close' : 'Try'}
        </Button>
      </div>
      {open && <Replayer />}
    </section>
  )
}

function Replayer() {
  const id = useId()
  const [draft, setDraft] = useState(firstReplay)
  const replay = useReplay()
  const complete = replayOf(draft, 0) !== undefined
  return (
    <div className="border-t">
      <form
        className="flex flex-wrap items-end gap-x-4 gap-y-3 px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault()
          const body = replayOf(draft, Date.now())
          if (body && !replay.isPending) replay.mutate(body)
        }}
      >
        <div>
          <label htmlFor={`${id}-period`} className="mb-1 block text-ink-mute text-xs">
            Period
          </label>
          <SelectField
            id={`${id}-period`}
            value={draft.period}
            onChange={(event) => setDraft({ ...draft, period: event.target.value as ReplayPeriod })}
          >
            {Object.keys(replayHours).map((period) => (
              <option key={period} value={period}>
                last {period}
              </option>
            ))}
          </SelectField>
        </div>
        <label htmlFor={`${id}-own`} className="flex h-8 items-center gap-2">
          <CheckMark
            id={`${id}-own`}
            checked={draft.ownWeights}
            onChange={(ownWeights) => setDraft({ ...draft, ownWeights })}
          />
          Other weights
        </label>
        {draft.ownWeights &&
          replayFactors.map((factor) => (
            <div key={factor}>
              <label htmlFor={`${id}-${factor}`} className="mb-1 block text-ink-mute text-xs">
                {sentenceCase(factor)}, %
              </label>
              <TextField
                id={`${id}-${factor}`}
                className="w-20"
                inputMode="decimal"
                value={draft.weights[factor]}
                onChange={(event) =>
                  setDraft({ ...draft, weights: { ...draft.weights, [factor]: event.target.value } })
                }
              />
            </div>
          ))}
        <Button type="submit" look="strong" disabled={!complete || replay.isPending}>
          {replay.isPending ? 'Deciding…' : 'Decide again'}
        </Button>
      </form>
      {replay.error && <Failure error={replay.error} className="mx-4 mb-3" />}
      {replay.data && <ReplayResult replayed={replay.data} />}
    </div>
  )
}
