import { useId } from 'react'
import { SelectField, TextField } from '../ui/field.tsx'

type LengthAndWhyProps = {
  hours: number
  setHours: (hours: number) => void
  comment: string
  setComment: (comment: string) => void
}

/** For how long something is silenced, and why. */
export function LengthAndWhy({ hours, setHours, comment, setComment }: LengthAndWhyProps) {
  const id = useId()
  return (
    <div className="flex flex-wrap gap-3">
      <div className="space-y-1">
        <label htmlFor={`${id}-length`} className="block font-medium">
          For
        </label>
        <SelectField
          id={`${id}-length`}
          value={hours}
          onChange={(event) => setHours(Number(event.target.value))}
        >
          <option value={1}>1 hour</option>
          <option value={4}>4 hours</option>
          <option value={24}>1 day</option>
          <option value={168}>1 week</option>
        </SelectField>
      </div>
      <div className="min-w-48 flex-1 space-y-1">
        <label htmlFor={`${id}-why`} className="block font-medium">
          Why
        </label>
        <TextField
          id={`${id}-why`}
          className="w-full"
          value={comment}
          maxLength={4_096}
          placeholder="Known; being fixed"
          onChange={(event) => setComment(event.target.value)}
        />
      </div>
    </div>
  )
}
