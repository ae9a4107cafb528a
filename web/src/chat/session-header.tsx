import type { ChatSession } from '@aiops/contract/model/chat'
import { Link } from '@tanstack/react-router'
import { Check, Pencil, Users, X } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { Moment } from '../ui/moment.tsx'
import { SessionMenu } from './session-menu.tsx'
import { useChatActions } from './use-chat.ts'

/** What the conversation is called, whether others see it, and what can be done with it. */
export function SessionHeader({ session }: { session: ChatSession }) {
  const { id, title, shared } = session
  const [renaming, setRenaming] = useState(false)
  const actions = useChatActions(id)
  useEffect(() => {
    document.title = `${title} · AIOps NextGen`
  }, [title])
  const error = actions.update.error ?? actions.save.error
  return (
    <header className="mb-4">
      <nav aria-label="Breadcrumb" className="mb-1 text-ink-mute text-xs lg:hidden">
        <Link to="/chat" className="hover:text-ink hover:underline">
          Conversations
        </Link>
      </nav>
      <div className="flex flex-wrap items-center gap-2">
        {renaming ? (
          <RenameForm
            title={title}
            onDone={(next) => {
              setRenaming(false)
              if (next !== undefined && next !== title) actions.update.mutate({ title: next })
            }}
          />
        ) : (
          <>
            <h1 className="min-w-0 font-semibold text-xl wrap-anywhere">{title}</h1>
            <Button
              look="quiet"
              size="icon-small"
              aria-label="Rename"
              title="Rename"
              onClick={() => setRenaming(true)}
            >
              <Pencil aria-hidden />
            </Button>
          </>
        )}
        {shared && (
          <Badge tone="low" title="Others of the tenant may read it and write in it.">
            <Users aria-hidden /> Shared by {session.user_id}
          </Badge>
        )}
        <div className="ml-auto flex items-center gap-2">
          <span className="hidden text-ink-mute text-xs md:inline">
            ends <Moment at={session.expires_at} form="ago" />
          </span>
          <SessionMenu session={session} actions={actions} />
        </div>
      </div>
      {error && <Failure error={error} className="mt-2" />}
    </header>
  )
}

function RenameForm({ title, onDone }: { title: string; onDone: (title?: string) => void }) {
  const [text, setText] = useState(title)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onDone(text.trim() || undefined)
  }
  return (
    <form onSubmit={submit} className="flex min-w-0 flex-1 basis-60 items-center gap-1.5">
      <TextField
        aria-label="Title"
        autoFocus
        value={text}
        maxLength={200}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onDone()
        }}
        className="w-full max-w-xl"
      />
      <Button type="submit" size="icon" aria-label="Save the title">
        <Check aria-hidden />
      </Button>
      <Button look="quiet" size="icon" aria-label="Keep the old title" onClick={() => onDone()}>
        <X aria-hidden />
      </Button>
    </form>
  )
}
