import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { LengthAndWhy } from '../silence/length-and-why.tsx'
import { matcherText } from '../silence/matcher-text.ts'
import { useSilenceActions } from '../silence/use-silences.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { counted } from '../ui/words.ts'
import { commonLabels } from './common-labels.ts'
import { SilenceExactly, type SilenceSelectedProps } from './silence-exactly.tsx'
import { useCovered } from './use-alerts.ts'

/** One silence for what is selected: of the labels that all have, with how many other alerts it would cover. */
export function SilenceSelected({ alerts, onClose, onDone }: SilenceSelectedProps) {
  const common = commonLabels(alerts)
  const title = `Silence ${counted(alerts.length, 'alert')}`
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title}>
      {common.length === 0 ? (
        <SilenceExactly {...{ alerts, onClose, onDone }} />
      ) : (
        <Form {...{ alerts, common, onClose, onDone }} />
      )}
    </Dialog>
  )
}

type FormProps = SilenceSelectedProps & { common: ReturnType<typeof commonLabels> }

function Form({ alerts, common, onClose, onDone }: FormProps) {
  const cache = useQueryClient()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [hours, setHours] = useState(1)
  const [comment, setComment] = useState('')
  const { create } = useSilenceActions()
  const matchers = common.filter(({ name }) => !left.has(name))
  const complete = matchers.length > 0 && comment.trim() !== ''
  const toggle = (name: string): void => {
    const next = new Set(left)
    if (!next.delete(name)) next.add(name)
    setLeft(next)
  }
  return (
    <form
      className="space-y-3 overflow-y-auto px-5 pt-3 pb-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (!complete || create.isPending) return
        create.mutate(
          { matchers, hours, comment: comment.trim() },
          {
            onSuccess: () => {
              void cache.invalidateQueries({ queryKey: ['alerts'] })
              onDone()
            },
          },
        )
      }}
    >
      <fieldset className="space-y-1">
        <legend className="mb-1 font-medium">
          Labels that all of them have; the silence covers what has all chosen
        </legend>
        <div className="max-h-48 overflow-y-auto rounded-md border p-2 font-mono text-xs">
          {common.map((matcher) => (
            <label key={matcher.name} className="flex items-center gap-2 py-0.5">
              <input
                type="checkbox"
                checked={!left.has(matcher.name)}
                onChange={() => toggle(matcher.name)}
                className="accent-(--accent)"
              />
              <span className="min-w-0 break-all">{matcherText(matcher)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Covered firing={alerts.filter(({ status }) => status === 'FIRING').length} matchers={matchers} />
      <LengthAndWhy {...{ hours, setHours, comment, setComment }} />
      {create.error && <Failure error={create.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="strong" disabled={!complete || create.isPending}>
          Silence
        </Button>
      </div>
    </form>
  )
}

/** What the silence would cover besides what is selected, of what fires now. */
function Covered({ firing, matchers }: { firing: number; matchers: FormProps['common'] }) {
  const { data, error } = useCovered(matchers)
  if (error) return <Failure error={error} />
  if (matchers.length === 0) return <p className="text-medium">Choose at least one label.</p>
  if (!data) return <p className="text-ink-mute">Counting what it would cover…</p>
  const others = Math.max(0, data.total - firing)
  return (
    <p aria-live="polite" className={others > 0 ? 'text-medium' : 'text-ink-soft'}>
      {others === 0
        ? 'It covers no other alert that fires now.'
        : `It would also cover ${counted(others, 'other alert')} that ${others === 1 ? 'fires' : 'fire'} now.`}
    </p>
  )
}
