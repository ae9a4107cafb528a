import { useNavigate } from '@tanstack/react-router'
import { MessageCircleQuestionMark } from 'lucide-react'
import { type FormEvent, useState } from 'react'

/** A question from any page. Phones have the place of the same name in the bar below. */
export function AskBox() {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const ask = (event: FormEvent): void => {
    event.preventDefault()
    const q = text.trim()
    setText('')
    void navigate(q === '' ? { to: '/chat' } : { to: '/ask', search: { q } })
  }
  return (
    <form onSubmit={ask} className="relative hidden min-w-0 max-w-96 flex-1 sm:block">
      <MessageCircleQuestionMark
        aria-hidden
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 size-4 text-ink-mute"
      />
      <input
        id="ask-box"
        aria-label="Ask a question"
        placeholder="Ask a question"
        title="Ask a question (/)"
        autoComplete="off"
        maxLength={8_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        className="h-8 w-full rounded-md border border-line-strong bg-canvas pr-8 pl-8 text-sm placeholder:text-ink-mute"
      />
      <kbd className="-translate-y-1/2 pointer-events-none absolute top-1/2 right-2 hidden rounded border bg-surface px-1.5 font-mono text-ink-mute text-xs md:inline">
        /
      </kbd>
    </form>
  )
}
