import type { MergeRequestDetail, MergeRequestNote } from '@aiops/contract/model/merge-request'
import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'
import { InertProse } from '../ui/inert-prose.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { useAddNote } from './use-merge-requests.ts'

/** What was said about it, oldest first. */
export function NotePanel({ request }: { request: MergeRequestDetail }) {
  const { notes, project, number } = request
  return (
    <Panel title="Notes" note={notes.length}>
      <ul className="space-y-4">
        {notes.map((note) => (
          <NoteItem key={note.id} note={note} />
        ))}
      </ul>
      <NoteForm key={`${project} ${number}`} project={project} number={number} />
    </Panel>
  )
}

const NoteItem = ({ note: { author, text, created_at, updated_at } }: { note: MergeRequestNote }) => (
  <li className="min-w-0">
    <p className="mb-1 text-ink-mute text-xs">
      <span className="font-medium text-ink">{author}</span> <Moment at={created_at} form="ago" />
      {updated_at !== created_at && (
        <>
          , changed <Moment at={updated_at} form="ago" />
        </>
      )}
    </p>
    <div className="rounded-md border px-3 py-2">
      <InertProse text={text} />
    </div>
  </li>
)

function NoteForm({ project, number }: { project: string; number: number }) {
  const id = useId()
  const [text, setText] = useState('')
  const add = useAddNote({ project, number })
  const isEmpty = text.trim() === ''
  return (
    <form
      className="mt-4 space-y-2 first:mt-0"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isEmpty) add.mutate(text, { onSuccess: () => setText('') })
      }}
    >
      <label htmlFor={id} className="block text-ink-soft">
        Add a note
      </label>
      <TextArea id={id} value={text} maxLength={65_536} onChange={(event) => setText(event.target.value)} />
      {add.error && <Failure error={add.error} advice="Your text is still here." />}
      <Button type="submit" disabled={isEmpty || add.isPending}>
        {add.isPending ? 'Adding…' : 'Add note'}
      </Button>
    </form>
  )
}
