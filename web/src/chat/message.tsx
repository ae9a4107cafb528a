import type { ChatMessage } from '@aiops/contract/model/chat'
import { memo, type ReactNode, useMemo } from 'react'
import { AnswerView } from '../answer/answer-view.tsx'
import { CallList } from '../answer/call-list.tsx'
import { callSummary } from '../answer/call-text.ts'
import { Folded } from '../answer/checked-section.tsx'
import { Prose } from '../answer/prose.tsx'
import { QuestionChips } from '../answer/question-chips.tsx'
import { SourcesContext, sourcesOf } from '../answer/sources.ts'
import { Badge } from '../ui/badge.tsx'
import { Moment } from '../ui/moment.tsx'
import { AuthorLine } from './author-line.tsx'
import { FileChip } from './file-chips.tsx'
import { storedCalls } from './stored-call.ts'

type MessageProps = {
  message: ChatMessage
  /** Who wrote is told apart where several do. */
  shared: boolean
  onAsk: ((question: string) => void) | undefined
  /** Of the newest answer: what it answers, to be asked again where it failed. */
  question: string | undefined
}

/** A message as it is stored. */
export const Message = memo(function Message({ message, shared, onAsk, question }: MessageProps) {
  const { role, content, attachments, author, created_at } = message
  if (role === 'USER')
    return (
      <Question content={content} files={attachments}>
        {shared && `${author} · `}
        <Moment at={created_at} />
      </Question>
    )
  if (role !== 'ASSISTANT') return <p className="text-ink-mute text-sm wrap-anywhere">{content}</p>
  return (
    <article className="min-w-0 space-y-2">
      <AuthorLine name={author}>
        {message.state === 'STOPPED' && <Badge tone="outline">Stopped</Badge>}
        {message.state === 'FAILED' && <Badge tone="critical">Failed</Badge>}
      </AuthorLine>
      {message.answer ? (
        <AnswerView answer={message.answer} onAsk={onAsk} />
      ) : (
        <>
          <Unfinished {...message} />
          <QuestionChips
            label="Try again"
            questions={question === undefined ? [] : [{ text: 'Ask again', question }]}
            onAsk={onAsk}
          />
        </>
      )}
    </article>
  )
})

type QuestionProps = {
  content: string
  files: readonly { id: string; name: string; size_bytes: number }[]
  children?: ReactNode
}

/** What a person said: text, never Markdown. */
export function Question({ content, files, children }: QuestionProps) {
  return (
    <article data-question className="scroll-mt-16 flex flex-col items-end gap-1 pt-2">
      <p className="max-w-[85%] whitespace-pre-wrap rounded-2xl rounded-br-md bg-accent-soft px-3.5 py-2 text-base wrap-anywhere">
        {content}
      </p>
      {files.length > 0 && (
        <ul className="flex max-w-[85%] flex-wrap justify-end gap-1.5">
          {files.map(({ id, name, size_bytes }) => (
            <li key={id} className="min-w-0">
              <FileChip name={name} sizeBytes={size_bytes} />
            </li>
          ))}
        </ul>
      )}
      {children && <p className="text-ink-mute text-xs">{children}</p>}
    </article>
  )
}

/** What there is of an answer that did not come to its end. */
function Unfinished({ content, tool_calls, tool_results, latency_ms }: ChatMessage) {
  const calls = useMemo(() => storedCalls(tool_calls, tool_results), [tool_calls, tool_results])
  const records = useMemo(() => calls.flatMap(({ record }) => record ?? []), [calls])
  const sources = useMemo(() => sourcesOf([], records), [records])
  return (
    <SourcesContext value={sources}>
      {content === '' ? <p className="text-ink-mute">Nothing was written.</p> : <Prose text={content} />}
      {calls.length > 0 && (
        <Folded summary={callSummary(records, latency_ms / 1_000)}>
          <CallList calls={calls} />
        </Folded>
      )}
    </SourcesContext>
  )
}
