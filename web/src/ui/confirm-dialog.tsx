import { type ReactNode, useId, useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Failure } from './failure.tsx'
import { TextArea } from './field.tsx'

type ConfirmDialogProps = {
  title: string
  description: string
  verb: string
  danger?: boolean
  pending: boolean
  error: unknown
  onCancel: () => void
  onConfirm: (comment: string) => void
  children?: ReactNode
}

/** Asks before something is done, with room for the reason. */
export function ConfirmDialog({
  title,
  description,
  verb,
  danger = false,
  pending,
  error,
  onCancel,
  onConfirm,
  children,
}: ConfirmDialogProps) {
  const id = useId()
  const [comment, setComment] = useState('')
  return (
    <Dialog open onOpenChange={(open) => !open && onCancel()} title={title} description={description}>
      <form
        className="min-h-0 space-y-3 overflow-y-auto px-5 py-4"
        onSubmit={(event) => {
          event.preventDefault()
          onConfirm(comment.trim())
        }}
      >
        {children}
        <div>
          <label htmlFor={id} className="mb-1 block text-ink-soft">
            Comment <span className="text-ink-mute">(optional, kept in the timeline)</span>
          </label>
          <TextArea
            id={id}
            value={comment}
            maxLength={4_096}
            onChange={(event) => setComment(event.target.value)}
          />
        </div>
        {error ? <Failure error={error} /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" look={danger ? 'danger' : 'strong'} disabled={pending}>
            {pending ? 'Working…' : verb}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
