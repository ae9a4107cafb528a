import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'
import { useIncidentActions } from './use-incident.ts'

export function CommentBox({ incidentId }: { incidentId: string }) {
  const [text, setText] = useState('')
  const { comment } = useIncidentActions(incidentId)
  const send = (): void => {
    const said = text.trim()
    if (said !== '' && !comment.isPending) comment.mutate(said, { onSuccess: () => setText('') })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      className="space-y-2"
    >
      <TextArea
        aria-label="Comment"
        placeholder="Add a comment for the others…"
        value={text}
        maxLength={4_096}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
        }}
      />
      {comment.error && <Failure error={comment.error} />}
      {text.trim() !== '' && (
        <div className="flex items-center justify-end gap-3">
          <span className="text-ink-mute text-xs">Ctrl Enter sends</span>
          <Button type="submit" look="strong" size="small" disabled={comment.isPending}>
            Comment
          </Button>
        </div>
      )}
    </form>
  )
}
