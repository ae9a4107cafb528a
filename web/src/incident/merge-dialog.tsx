import type { Incident } from '@aiops/contract/model/incident'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failure } from '../ui/failure.tsx'
import { SelectField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { CommentField } from './comment-field.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { useMemberEdits, useOpenIncidents } from './use-incident.ts'

/** Merges an incident into another that is open. */
export function MergeDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { merge } = useMemberEdits(incident.id)
  const open = useOpenIncidents(true)
  const navigate = useNavigate()
  const [into, setInto] = useState('')
  const [comment, setComment] = useState('')
  const others = open.data?.incidents.filter(({ id }) => id !== incident.id) ?? []
  return (
    <EditDialog
      title={`Merge INC-${incident.number} into another`}
      description="Its alerts and anomalies go over, and alerts like these are joined sooner from now on."
      verb="Merge"
      incomplete={into === ''}
      pending={merge.isPending}
      error={merge.error}
      onClose={onClose}
      onSubmit={() =>
        merge.mutate(
          { into, ...(comment.trim() && { comment: comment.trim() }) },
          {
            onSuccess: ({ number }) => {
              onClose()
              void navigate({ to: '/incidents/$id', params: { id: String(number) } })
            },
          },
        )
      }
    >
      {open.error && <Failure error={open.error} onRetry={() => void open.refetch()} />}
      <FormRow name="Into" hint={open.data && others.length === 0 ? 'No other incident is open.' : undefined}>
        {(id) => (
          <SelectField
            {...{ id }}
            className="w-full"
            value={into}
            onChange={(event) => setInto(event.target.value)}
          >
            <option value="">Choose an incident</option>
            {others.map((one) => (
              <option key={one.id} value={one.id}>
                INC-{one.number} {one.title}
              </option>
            ))}
          </SelectField>
        )}
      </FormRow>
      <CommentField comment={comment} onChange={setComment} />
    </EditDialog>
  )
}
