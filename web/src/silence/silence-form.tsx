import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { CoverPreview } from './cover-preview.tsx'
import { readMatchers } from './matcher-text.ts'
import { useSilenceActions } from './use-silences.ts'

const lengths = [
  { hours: 1, label: '1 hour' },
  { hours: 4, label: '4 hours' },
  { hours: 24, label: '1 day' },
  { hours: 168, label: '1 week' },
]

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
      <div className="space-y-1">
        <label htmlFor={`${id}-length`} className="block font-medium">
          For
        </label>
        <SelectField
          id={`${id}-length`}
          className="block w-40"
          value={hours}
          onChange={(event) => setHours(Number(event.target.value))}
        >
          {lengths.map((length) => (
            <option key={length.hours} value={length.hours}>
              {length.label}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="space-y-1">
        <label htmlFor={`${id}-why`} className="block font-medium">
          Why
        </label>
        <TextField
          id={`${id}-why`}
          className="w-full"
          value={comment}
          maxLength={4_096}
          placeholder="Planned maintenance of the store"
          onChange={(event) => setComment(event.target.value)}
        />
      </div>
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
