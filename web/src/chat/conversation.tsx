import type { ChatMessage, ChatSession } from '@aiops/contract/model/chat'
import { ArrowDown } from 'lucide-react'
import { type ReactNode, useCallback, useEffect, useRef } from 'react'
import { usePersonas } from '../persona/use-personas.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Composer } from './composer.tsx'
import { LiveMessage } from './live-message.tsx'
import { Message, Question } from './message.tsx'
import { SetupPickers } from './setup-pickers.tsx'
import { underWay } from './under-way.ts'
import { useChatActions } from './use-chat.ts'
import { useExchange, useLiveAnswers } from './use-live-answers.ts'
import { useSay } from './use-say.ts'
import { useStayAtEnd } from './use-stay-at-end.ts'
import { useStayInPlace } from './use-stay-in-place.ts'

type ConversationProps = {
  session: ChatSession
  messages: readonly ChatMessage[]
  /** The way to what was said before them. */
  older?: ReactNode
  initial: string | undefined
}

/** What was said, what is being said, and where to say more. */
export function Conversation({ session, messages, older, initial }: ConversationProps) {
  const { id } = session
  const answers = useLiveAnswers()
  const exchange = useExchange(id)
  const { stored, draft, running, name } = underWay(messages, exchange, usePersonaName(session.persona_id))
  const { mutate, isPending, error } = useSay(id)
  const { update, stop } = useChatActions(id)
  const list = useRef<HTMLDivElement>(null)
  const [below, toEnd] = useStayAtEnd(list)
  useStayInPlace(stored[0]?.id)

  // An answer that somebody else asked for, or that this page read before it was loaded anew.
  const toFollow = messages.find(({ state }) => state === 'STREAMING')?.id
  const over = exchange !== undefined && !running && draft === undefined
  useEffect(() => {
    if (toFollow !== undefined) answers.follow(id, toFollow)
    else if (over) answers.settle(id)
  }, [answers, id, toFollow, over])

  const messageId = running ? (exchange?.live?.messageId ?? toFollow) : undefined
  const onStop = useCallback(
    () => messageId !== undefined && stop.mutate(messageId),
    [messageId, stop.mutate],
  )
  useEscape(onStop, messageId !== undefined)
  const say = useCallback(
    (said: Parameters<typeof mutate>[0], onSuccess?: () => void) => {
      toEnd()
      mutate(said, { onSuccess: () => onSuccess?.() })
    },
    [mutate, toEnd],
  )
  const ask = useCallback((content: string) => say({ content, files: [] }), [say])

  return (
    <>
      {older}
      <div ref={list} className="space-y-5 pb-6" aria-live="polite">
        {stored.map((message, i) => (
          <Message
            key={message.id}
            message={message}
            shared={session.shared}
            onAsk={running || isPending ? undefined : ask}
            question={i === stored.length - 1 ? stored[i - 1]?.content : undefined}
          />
        ))}
        {draft && <Question content={draft.content} files={[]} />}
        {running && (
          <LiveMessage live={exchange?.live} name={name} reconnecting={exchange?.reconnecting ?? false} />
        )}
        {exchange?.error !== undefined && (
          <Failure
            error={exchange.error}
            onRetry={() => {
              const again = exchange.live?.messageId
              if (again !== undefined) {
                answers.settle(id)
                answers.follow(id, again)
              } else if (exchange.draft) answers.say(id, exchange.draft)
            }}
          />
        )}
        {messages.length === 0 && !exchange && (
          <p className="text-ink-mute">Nothing was said yet. Ask something below.</p>
        )}
      </div>
      <div className="sticky bottom-14 z-10 bg-canvas pb-3 sm:-mb-5 sm:bottom-0">
        {below && (
          <div className="-top-11 absolute inset-x-0 flex justify-center">
            <Button size="small" onClick={toEnd} className="rounded-full bg-raised shadow-overlay">
              <ArrowDown aria-hidden /> More below
            </Button>
          </div>
        )}
        <Composer
          key={initial ?? ''}
          initial={initial}
          placeholder="Ask further"
          onSend={say}
          sending={isPending}
          error={error ?? stop.error ?? update.error}
          onStop={running ? onStop : undefined}
        >
          <SetupPickers setup={session} onChange={(part) => update.mutate(part)} />
        </Composer>
      </div>
    </>
  )
}

function usePersonaName(id: string): string {
  return usePersonas().data?.personas.find((one) => one.id === id)?.name ?? 'Answer'
}

function useEscape(run: () => void, active: boolean): void {
  useEffect(() => {
    if (!active) return
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) run()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [run, active])
}
