import { Link, useNavigate } from '@tanstack/react-router'
import { MessageSquarePlus, Users } from 'lucide-react'
import { buttonStyle } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { Pager } from '../ui/pager.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import type { ChatSearch } from './chat-search.ts'
import { sessionsPageSize, useChatSessions } from './use-chat.ts'

/** Your conversations and those that are shared, the last used first. */
export function SessionList({ search, current }: { search: ChatSearch; current?: string }) {
  const navigate = useNavigate()
  const page = search.page ?? 1
  const { data, error, refetch } = useChatSessions(search.search ?? '', page)
  const change = (part: ChatSearch): void =>
    void navigate({
      to: current === undefined ? '/chat' : '/chat/$id',
      params: { id: current ?? '' },
      search: { ...search, page: undefined, ...part },
      replace: true,
    })
  return (
    <nav aria-label="Conversations" className="flex min-h-0 flex-col rounded-lg border bg-surface">
      <div className="space-y-2 border-b p-2">
        {current !== undefined && (
          <Link to="/chat" className={buttonStyle({ className: 'w-full' })}>
            <MessageSquarePlus aria-hidden /> New question
          </Link>
        )}
        <SearchField
          label="Search conversations"
          value={search.search ?? ''}
          onChange={(text) => change({ search: text })}
        />
      </div>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} className="m-2" />}
      {!data && !error && (
        <div className="p-2">
          <SkeletonRows rows={6} />
        </div>
      )}
      {data?.items.length === 0 && (
        <p className="p-3 text-ink-mute">
          {search.search ? 'No conversation has these words in its title.' : 'No conversations yet.'}
        </p>
      )}
      <ul className="min-h-0 flex-1 overflow-y-auto p-1 empty:hidden">
        {data?.items.map(({ id, title, updated_at, shared }) => (
          <li key={id}>
            <Link
              to="/chat/$id"
              params={{ id }}
              search={{ ...search, q: undefined, persona: undefined }}
              aria-current={id === current ? 'page' : undefined}
              className="block rounded-md px-2 py-1.5 hover:bg-sunken aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
            >
              <span className="block truncate" title={title}>
                {title}
              </span>
              <span className="flex items-center gap-2 text-ink-mute text-xs">
                <Moment at={updated_at} form="ago" />
                {shared && (
                  <span className="inline-flex items-center gap-1">
                    <Users aria-hidden className="size-3" /> shared
                  </span>
                )}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {data && data.total > sessionsPageSize && (
        <Pager
          page={page}
          pageSize={sessionsPageSize}
          total={data.total}
          onPage={(next) => change({ page: next })}
        />
      )}
    </nav>
  )
}
