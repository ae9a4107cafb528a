import type { Api } from '@aiops/contract/api/index'
import type { OperationInput } from '@aiops/contract/api/operation'
import type { ChatMessage } from '@aiops/contract/model/chat'
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { client } from '../shell/api.ts'
import type { TextFile } from './text-file.ts'
import { useLiveAnswers } from './use-live-answers.ts'

export type SessionSetup = Pick<
  OperationInput<Api['createChatSession']>['body'],
  'persona_id' | 'cluster_context' | 'model'
>
export const plainSetup: SessionSetup = { persona_id: 'default', cluster_context: [], model: null }

type Said = { content: string; files: readonly TextFile[]; setup?: SessionSetup }

/** Says something: in this conversation, or in a new one that is then shown. Files are stored first. */
export function useSay(sessionId?: string) {
  const answers = useLiveAnswers()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const begun = useRef<string>(undefined)
  /** What was stored before something failed is not stored twice. */
  const stored = useRef(new Map<string, string>())
  return useMutation({
    mutationFn: async ({ content, files, setup = plainSetup }: Said): Promise<string> => {
      const id = sessionId ?? begun.current ?? (await client.createChatSession({ body: setup })).id
      begun.current = id
      for (const { key, name, mediaType, text } of files) {
        if (stored.current.has(key)) continue
        const body = { name, media_type: mediaType, text }
        const attachment = await client.addChatAttachment({ params: { id }, body })
        stored.current.set(key, attachment.id)
      }
      const attachmentIds = files.flatMap(({ key }) => stored.current.get(key) ?? [])
      answers.say(id, { content, attachmentIds, after: lastSaid(cache, id) })
      return id
    },
    onSuccess: (id) => {
      stored.current.clear()
      if (sessionId === undefined) void navigate({ to: '/chat/$id', params: { id }, replace: true })
    },
  })
}

/** Among the newest: the first page. */
const lastSaid = (cache: QueryClient, sessionId: string): string | undefined =>
  cache
    .getQueryData<{ pages: { messages: ChatMessage[] }[] }>(['chat-messages', sessionId])
    ?.pages[0]?.messages.findLast(({ role }) => role === 'USER')?.id
