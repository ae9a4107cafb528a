import { SelectField, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'

const lengths = [
  { hours: 1, label: '1 hour' },
  { hours: 4, label: '4 hours' },
  { hours: 24, label: '1 day' },
  { hours: 168, label: '1 week' },
]

type LengthAndWhyProps = {
  hours: number
  setHours: (hours: number) => void
  comment: string
  setComment: (comment: string) => void
}

/** For how long something is silenced, and why. */
export function LengthAndWhy({ hours, setHours, comment, setComment }: LengthAndWhyProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-[9rem_minmax(0,1fr)]">
      <FormRow name="For">
        {(id) => (
          <SelectField
            {...{ id }}
            className="w-full"
            value={hours}
            onChange={(event) => setHours(Number(event.target.value))}
          >
            {lengths.map((length) => (
              <option key={length.hours} value={length.hours}>
                {length.label}
              </option>
            ))}
          </SelectField>
        )}
      </FormRow>
      <FormRow name="Why">
        {(id) => (
          <TextField
            {...{ id }}
            className="w-full"
            value={comment}
            maxLength={4_096}
            placeholder="Known; being fixed"
            onChange={(event) => setComment(event.target.value)}
          />
        )}
      </FormRow>
    </div>
  )
}
