import type { Incident } from '@aiops/contract/model/incident'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { counted } from '../ui/words.ts'
import { CommentField } from './comment-field.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { useMemberEdits } from './use-incident.ts'

type SplitDialogProps = {
  incident: Incident
  /** Ids of what goes. */
  members: string[]
  onClose: () => void
  onDone: () => void
}

/** Makes an incident of its own of what was chosen. */
export function SplitDialog({ incident, members, onClose, onDone }: SplitDialogProps) {
  const { split } = useMemberEdits(incident.id)
  const navigate = useNavigate()
  const [comment, setComment] = useState('')
  return (
    <EditDialog
      title={`Split ${counted(members.length, 'signal')} off INC-${incident.number}`}
      description="They become an incident of their own, and signals like these are joined less readily from now on."
      verb="Split off"
      pending={split.isPending}
      error={split.error}
      onClose={onClose}
      onSubmit={() =>
        split.mutate(
          { members, ...(comment.trim() && { comment: comment.trim() }) },
          {
            onSuccess: ({ number }) => {
              onDone()
              onClose()
              void navigate({ to: '/incidents/$id', params: { id: String(number) } })
            },
          },
        )
      }
    >
      <CommentField comment={comment} onChange={setComment} />
    </EditDialog>
  )
}
