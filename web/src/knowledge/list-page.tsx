import { KnowledgeKind, type KnowledgeSummary } from '@aiops/contract/model/knowledge'
import { getRouteApi, Link } from '@tanstack/react-router'
import { BookOpen, ListFilter, Plus } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { Moment } from '../ui/moment.tsx'
import { moveFocus } from '../ui/move-focus.ts'
import { Pager } from '../ui/pager.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { counted } from '../ui/words.ts'
import { HitList } from './hit-list.tsx'
import { kindWords, originText } from './kind-look.ts'
import type { KnowledgeSearch } from './knowledge-search.ts'
import { documentsPageSize, useDocuments, useKnowledgeHits } from './use-knowledge.ts'

const route = getRouteApi('/knowledge')

/** What people know: runbooks, post-mortems, documents and past incidents, found by words and by meaning. */
export function KnowledgeListPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const isAsked = search.q !== undefined
  const list = useDocuments(search, !isAsked)
  const found = useKnowledgeHits(search)
  const change = (part: Partial<Record<keyof KnowledgeSearch, unknown>>, replace = false): void => {
    void navigate({
      search: (old) => ({ ...old, page: undefined, ...part }) as KnowledgeSearch,
      replace,
      resetScroll: false,
    })
  }
  const query = isAsked ? found : list
  const counts = list.data?.counts
  return (
    <>
      <PageTitle title="Knowledge">
        <p className="text-ink-mute">Runbooks, post-mortems, documents and past incidents.</p>
        <Link to="/knowledge/new" className={buttonStyle({ look: 'strong', className: 'ml-auto' })}>
          <Plus aria-hidden /> New document
        </Link>
      </PageTitle>
      {list.data?.problems.map(({ file, message }) => (
        <p key={file} className="mb-2 break-words rounded-md border border-medium bg-medium-soft px-3 py-2">
          <span className="font-mono">{file}</span> is not used: {message}
        </p>
      ))}
      <section aria-label="Documents" className="min-w-0 rounded-lg border bg-surface">
        <div className="flex flex-wrap items-center gap-2 border-b p-3">
          <SearchField
            label="Ask or search: what to do when the pool is exhausted"
            value={search.q ?? ''}
            onChange={(q) => change({ q: q || undefined }, true)}
            className="w-full sm:w-96"
          />
          <FacetMenu
            label="Kind"
            options={KnowledgeKind.options.map((value) => ({
              value,
              word: kindWords[value],
              ...(counts && { count: counts[value] ?? 0 }),
            }))}
            chosen={search.kind ?? []}
            onChange={(kind) => change({ kind: kind.length > 0 ? kind : undefined })}
          />
          <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
            {query.data && counted(query.data.total, 'document')}
          </p>
        </div>
        <LoadNote error={query.error} loading={!query.data} onRetry={() => void query.refetch()} />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the links inside are what the keys move between */}
        <div className={query.isPlaceholderData ? 'opacity-60' : ''} onKeyDown={moveFocus}>
          {isAsked && found.data && (
            <>
              {found.data.notes.map((note) => (
                <p key={note} className="border-b bg-medium-soft px-4 py-2 text-medium">
                  {note}
                </p>
              ))}
              <HitList hits={found.data.hits} />
            </>
          )}
          {!isAsked && list.data && <DocumentList documents={list.data.items} />}
        </div>
        {!isAsked && list.data && list.data.total > documentsPageSize && (
          <Pager
            page={search.page ?? 1}
            pageSize={documentsPageSize}
            total={list.data.total}
            onPage={(page) => change({ page: page > 1 ? page : undefined })}
          />
        )}
        {query.data?.total === 0 && (
          <Nothing
            isFiltered={isAsked || search.kind !== undefined}
            onClear={() => void navigate({ search: {} })}
          />
        )}
      </section>
    </>
  )
}

function DocumentList({ documents }: { documents: readonly KnowledgeSummary[] }) {
  return (
    <ul className="divide-y">
      {documents.map((document) => (
        <li key={document.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-2.5">
          <span className="w-28 shrink-0">
            <Badge tone="outline">{kindWords[document.kind]}</Badge>
          </span>
          <span className="min-w-0 flex-1 basis-64">
            <Link
              to="/knowledge/$id"
              params={{ id: document.id }}
              className="inline-block break-words py-0.5 font-medium hover:underline"
            >
              {document.title}
            </Link>
            <span className="flex flex-wrap gap-x-3 text-ink-mute text-xs leading-6">
              {document.entities.slice(0, 4).map((id) => (
                <EntityName key={id} id={id} />
              ))}
              {document.tags.slice(0, 6).map((tag) => (
                <span key={tag}>#{tag}</span>
              ))}
              <span>{originText(document)}</span>
            </span>
          </span>
          <Moment at={document.updated_at} form="ago" className="whitespace-nowrap text-ink-mute text-xs" />
        </li>
      ))}
    </ul>
  )
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return isFiltered ? (
    <Empty icon={ListFilter} title="No document fits">
      <Button onClick={onClear}>Show all</Button>
    </Empty>
  ) : (
    <Empty icon={BookOpen} title="Nothing is written down yet">
      Write a document here, or put Markdown files into the folder{' '}
      <code className="font-mono">knowledge/</code> of the data folder. Incidents that end appear by
      themselves.
    </Empty>
  )
}
