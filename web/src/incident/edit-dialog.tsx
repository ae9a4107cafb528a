import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { refusedFor } from '../ui/refused-for.ts'

type EditDialogProps = {
  title: string
  description: string
  verb: string
  /** Something is still to be filled in. */
  incomplete?: boolean
  pending: boolean
  error: unknown
  onClose: () => void
  onSubmit: () => void
  children: ReactNode
}

/** A few fields and one deed on an incident. */
export function EditDialog(props: EditDialogProps) {
  const { title, description, verb, incomplete = false, pending, error, onClose, onSubmit, children } = props
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} {...{ title, description }}>
      <form
        className="min-h-0 space-y-3 overflow-y-auto px-5 py-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!incomplete && !pending) onSubmit()
        }}
      >
        {children}
        {error ? <Failure error={error} advice={refusedFor(error, 'incidents:write')} /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="strong" disabled={incomplete || pending}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
