import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'
import { CoverPreview } from './cover-preview.tsx'
import { LengthAndWhy } from './length-and-why.tsx'
import { readMatchers } from './matcher-text.ts'
import { useSilenceActions } from './use-silences.ts'

/** What to silence, for how long, and why. */
export function SilenceForm({ onDone }: { onDone: () => void }) {
  const id = useId()
  const [text, setText] = useState('')
  const [hours, setHours] = useState(1)
  const [comment, setComment] = useState('')
  const { create, preview } = useSilenceActions()
  const { matchers, problem } = readMatchers(text)
  const complete = matchers.length > 0 && problem === undefined && comment.trim() !== ''
  return (
    <form
      className="space-y-3 overflow-y-auto px-5 pt-3 pb-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (complete && !create.isPending)
          create.mutate({ matchers, hours, comment: comment.trim() }, { onSuccess: onDone })
      }}
    >
      <div className="space-y-1">
        <label htmlFor={`${id}-labels`} className="block font-medium">
          Labels, one matcher a line; all must fit
        </label>
        <TextArea
          id={`${id}-labels`}
          className="font-mono text-xs"
          placeholder={'alertname="HighLatency"\nservice.name=~"cart|checkout"'}
          value={text}
          maxLength={4_096}
          onChange={(event) => {
            setText(event.target.value)
            preview.reset()
          }}
        />
        {problem && <span className="block text-critical text-xs">{problem}</span>}
      </div>
      <LengthAndWhy {...{ hours, setHours, comment, setComment }} />
      {preview.data && <CoverPreview preview={preview.data} />}
      {(create.error ?? preview.error) && <Failure error={create.error ?? preview.error} />}
      <div className="flex justify-end gap-2">
        <Button
          className="mr-auto"
          onClick={() => preview.mutate(matchers)}
          disabled={matchers.length === 0 || problem !== undefined || preview.isPending}
        >
          What would it hide?
        </Button>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="strong" disabled={!complete || create.isPending}>
          Silence
        </Button>
      </div>
    </form>
  )
}
