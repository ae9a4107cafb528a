import type { Api } from '@aiops/contract/api/index'
import type { OperationInput } from '@aiops/contract/api/operation'
import type { ChatMessage, ChatSession } from '@aiops/contract/model/chat'
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { download } from '../query/export-text.ts'
import { client } from '../shell/api.ts'
import { refreshChat } from './chat-live.ts'

export const sessionsPageSize = 30

export function useChatSessions(search: string, page: number) {
  return useQuery({
    queryKey: ['chat-sessions', search, page],
    queryFn: () => client.listChatSessions({ query: { search, page, page_size: sessionsPageSize } }),
    placeholderData: keepPreviousData,
  })
}

export function useChatSession(id: string) {
  return useQuery({
    queryKey: ['chat-session', id],
    queryFn: () => client.getChatSession({ params: { id } }),
  })
}

/** The newest messages, and older ones as they are asked for; oldest first. */
export function useChatMessages(id: string) {
  return useInfiniteQuery({
    queryKey: ['chat-messages', id],
    queryFn: ({ pageParam }) =>
      client.listChatMessages({ params: { id }, query: pageParam === null ? {} : { before: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ older }) => older,
    select: ({ pages }) => inOrder(pages),
  })
}

/** Pages come newest first, what is in one oldest first. */
export const inOrder = (pages: readonly { messages: readonly ChatMessage[] }[]): ChatMessage[] =>
  pages.toReversed().flatMap(({ messages }) => messages)

/** Language models that may be asked; a list that cannot be read is as if there were no choice. */
export function useModels() {
  const { data } = useQuery({
    queryKey: ['models'],
    queryFn: () => client.listModels(),
    staleTime: 60_000,
    retry: false,
  })
  return data?.providers ?? []
}

export type SessionChange = OperationInput<Api['updateChatSession']>['body']

export function useChatActions(id: string) {
  const cache = useQueryClient()
  const params = { id }
  const update = useMutation({
    mutationFn: (body: SessionChange) => client.updateChatSession({ params, body }),
    onSuccess: (session) => {
      cache.setQueryData<ChatSession>(['chat-session', id], session)
      void cache.invalidateQueries({ queryKey: ['chat-sessions'] })
    },
  })
  const remove = useMutation({
    mutationFn: () => client.deleteChatSession({ params }),
    onSuccess: () => void cache.invalidateQueries({ queryKey: ['chat-sessions'] }),
  })
  const save = useMutation({
    mutationFn: (format: 'MARKDOWN' | 'JSON') => client.exportChatSession({ params, query: { format } }),
    onSuccess: ({ name, media_type, text }) => download(name, media_type, text),
  })
  const stop = useMutation({
    mutationFn: (message_id: string) => client.stopChatMessage({ params: { id, message_id } }),
    onSettled: () => refreshChat(cache, id),
  })
  return { update, remove, save, stop }
}
