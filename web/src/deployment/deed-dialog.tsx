import { type ReactNode, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'

type DeedDialogProps = {
  title: string
  description: string
  verb: string
  danger?: boolean
  /** What is asked for in words; absent: nothing is. */
  words?: { label: string; required: boolean; max: number }
  /** Why it cannot be done now, though it could when this was opened. */
  blocked?: string | undefined
  /** Something in it is still to be filled in. */
  incomplete?: boolean
  pending: boolean
  error: unknown
  onCancel: () => void
  onConfirm: (words: string) => void
  children?: ReactNode
}

/** A second look before something is done to what runs. A refusal is shown as the server words it. */
export function DeedDialog(props: DeedDialogProps) {
  const {
    title,
    description,
    verb,
    danger = false,
    words,
    blocked,
    incomplete = false,
    pending,
    error,
  } = props
  const id = useId()
  const [text, setText] = useState('')
  const isMissing = incomplete || (words?.required === true && text.trim() === '')
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onCancel()}
      title={title}
      description={description}
      className="w-[min(37rem,calc(100vw-2rem))]"
    >
      <form
        className="flex min-h-0 flex-col"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isMissing && blocked === undefined) props.onConfirm(text.trim())
        }}
      >
        <div className="min-h-0 space-y-3 overflow-y-auto px-5 py-4">
          {props.children}
          {words && (
            <div>
              <label htmlFor={id} className="mb-1 block text-ink-soft">
                {words.label}
                {!words.required && <span className="text-ink-mute"> (optional)</span>}
              </label>
              <TextArea
                id={id}
                value={text}
                required={words.required}
                maxLength={words.max}
                onChange={(event) => setText(event.target.value)}
              />
            </div>
          )}
          {blocked !== undefined && (
            <p role="alert" className="rounded-md bg-high-soft px-3 py-2 text-high">
              {blocked}
            </p>
          )}
          {error ? <Failure error={error} advice="Nothing was changed." /> : null}
        </div>
        <div className="flex justify-end gap-2 border-t px-5 py-3">
          <Button onClick={props.onCancel}>Cancel</Button>
          <Button
            type="submit"
            look={danger ? 'danger' : 'strong'}
            disabled={pending || isMissing || blocked !== undefined}
          >
            {pending ? 'Working…' : verb}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
