import { getRouteApi } from '@tanstack/react-router'
import { PageTitle } from '../shell/page-title.tsx'
import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { ChatLayout } from './chat-layout.tsx'
import { Conversation } from './conversation.tsx'
import { OlderMessages } from './older-messages.tsx'
import { SessionHeader } from './session-header.tsx'
import { SessionList } from './session-list.tsx'
import { useChatMessages, useChatSession } from './use-chat.ts'

const route = getRouteApi('/chat/$id')

/** One conversation. */
export function ChatPage() {
  const { id } = route.useParams()
  const search = route.useSearch()
  const session = useChatSession(id)
  const messages = useChatMessages(id)
  const error = session.error ?? messages.error
  const readAgain = (): void => {
    void session.refetch()
    void messages.refetch()
  }
  return (
    <ChatLayout list={<SessionList search={search} current={id} />}>
      {session.data ? <SessionHeader session={session.data} /> : <PageTitle title="Conversation" />}
      {error && <Failure error={error} onRetry={readAgain} className="mb-3" />}
      {!error && (!session.data || !messages.data) && <SkeletonRows rows={8} />}
      {session.data && messages.data && (
        <Conversation
          key={id}
          session={session.data}
          messages={messages.data}
          older={
            <OlderMessages
              {...{ more: messages.hasNextPage, waiting: messages.isFetching }}
              onMore={() => void messages.fetchNextPage()}
            />
          }
          initial={search.q}
        />
      )}
    </ChatLayout>
  )
}
