import { ArrowUp, Paperclip, Square } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Failure } from '../ui/failure.tsx'
import { questionMax } from './chat-search.ts'
import { FileChips } from './file-chips.tsx'
import type { TextFile } from './text-file.ts'
import { useDrop } from './use-drop.ts'
import { useTextFiles } from './use-text-files.ts'

type ComposerProps = {
  /** Text that stands ready. */
  initial?: string | undefined
  placeholder: string
  onSend: (draft: { content: string; files: readonly TextFile[] }, sent: () => void) => void
  sending: boolean
  error?: unknown
  /** Set while an answer is written. */
  onStop?: (() => void) | undefined
  /** Below the text: pickers. */
  children?: ReactNode
}

/** Where a question is written. Enter sends, Shift+Enter begins a line. */
export function Composer({
  initial = '',
  placeholder,
  onSend,
  sending,
  error,
  onStop,
  children,
}: ComposerProps) {
  const [text, setText] = useState(initial)
  const { files, refused, add, remove, clear, onPaste } = useTextFiles()
  const over = useDrop(add)
  const picker = useRef<HTMLInputElement>(null)
  const content = text.trim()
  const ready = content !== '' && !sending && onStop === undefined
  const send = (event?: FormEvent): void => {
    event?.preventDefault()
    if (!ready) return
    onSend({ content, files }, () => {
      setText('')
      clear()
    })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event)
  }
  return (
    <form
      onSubmit={send}
      className={className(
        'rounded-xl border border-line-strong bg-surface shadow-sm focus-within:border-accent',
        over && 'border-accent border-dashed bg-accent-soft',
      )}
    >
      {error ? <Failure error={error} className="m-2" /> : null}
      <FileChips files={files} refused={refused} onRemove={remove} />
      <textarea
        id="question"
        aria-label="Your question"
        placeholder={over ? 'Drop text files here' : placeholder}
        // biome-ignore lint/a11y/noAutofocus: the page is there to write in
        autoFocus={matchMedia('(pointer: fine)').matches}
        value={text}
        maxLength={questionMax}
        rows={1}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        className="field-sizing-content max-h-48 min-h-11 w-full resize-none bg-transparent px-3.5 pt-3 pb-1 text-base outline-none placeholder:text-ink-mute"
      />
      <div className="flex items-center gap-2 px-2 pb-2">
        <Button
          look="quiet"
          size="icon"
          aria-label="Attach a text file"
          title="Attach a text file: logs, manifests, traces. Read as data, kept 7 days."
          onClick={() => picker.current?.click()}
        >
          <Paperclip aria-hidden />
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            void add(event.target.files ?? [])
            event.target.value = ''
          }}
        />
        <div className="min-w-0 flex-1">{children}</div>
        {onStop ? (
          <Button onClick={onStop} title="Stop (Esc)">
            <Square aria-hidden className="fill-current" />
            Stop
          </Button>
        ) : (
          <Button
            type="submit"
            look="strong"
            size="icon"
            aria-label="Send"
            title="Send (Enter)"
            disabled={!ready}
          >
            <ArrowUp aria-hidden />
          </Button>
        )}
      </div>
    </form>
  )
}
