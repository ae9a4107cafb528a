import { TextArea } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'

type CommentFieldProps = { comment: string; onChange: (comment: string) => void }

/** Why something is done to an incident. */
export function CommentField({ comment, onChange }: CommentFieldProps) {
  return (
    <FormRow name="Why (optional, kept in the timeline)">
      {(id) => (
        <TextArea
          {...{ id }}
          value={comment}
          maxLength={4_096}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </FormRow>
  )
}
