import { SloState as states } from '@aiops/contract/model/slo'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ListFilter, Plus, Target } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { moveFocus } from '../ui/move-focus.ts'
import { SearchField } from '../ui/search-field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { counted } from '../ui/words.ts'
import { stateLook } from './slo-look.ts'
import { SloRow } from './slo-row.tsx'
import { type SloSearch, sloQuery } from './slo-search.ts'
import { useSlos } from './use-slos.ts'

const route = getRouteApi('/slos')

export function SloListPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const height = useNarrow() ? 132 : 60
  const { answer, total, error, isOld, refetch, itemAt, onSight } = useSlos(search)
  const change = (part: Partial<Record<keyof SloSearch, unknown>>, replace = false): void => {
    void navigate({ search: (old) => ({ ...old, ...part }) as SloSearch, replace, resetScroll: false })
  }
  const isFiltered = Object.keys(search).length > 0
  const head = (
    <tr>
      <TableHead className="w-28 pl-4">State</TableHead>
      <TableHead>Objective</TableHead>
      <TableHead className="@3xl:md:table-cell hidden w-36 text-right">Good so far</TableHead>
      <TableHead className="w-64">Error budget</TableHead>
      <TableHead className="@4xl:md:table-cell hidden w-36">Used up</TableHead>
    </tr>
  )
  return (
    <>
      <PageTitle title="SLOs">
        <p className="text-ink-mute">What services promise, and how much of what may go wrong is left.</p>
        <Link to="/slos/new" className={buttonStyle({ look: 'strong', className: 'ml-auto' })}>
          <Plus aria-hidden /> New objective
        </Link>
      </PageTitle>
      {answer?.problems.map(({ file, message }) => (
        <p key={file} className="mb-2 break-words rounded-md border border-medium bg-medium-soft px-3 py-2">
          <span className="font-mono">{file}</span> is not used: {message}
        </p>
      ))}
      <section aria-label="Objectives" className="@container min-w-0 rounded-lg border bg-surface">
        <div className="flex flex-wrap items-center gap-2 border-b p-3">
          <SearchField
            label="Search name, service and team"
            value={search.text ?? ''}
            onChange={(text) => change({ text: text || undefined }, true)}
            className="w-full sm:w-72"
          />
          <FacetMenu
            label="State"
            options={states.options.map((value) => ({ value, word: stateLook[value].word }))}
            chosen={search.state ?? []}
            onChange={(state) => change({ state: state.length > 0 ? state : undefined })}
          />
          <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
            {answer && counted(answer.total, 'objective')}
          </p>
        </div>
        <LoadNote error={error} loading={!answer} onRetry={refetch} />
        {answer && total > 0 && (
          // biome-ignore lint/a11y/noStaticElementInteractions: the links inside are what the keys move between
          <div className={isOld ? 'opacity-60' : ''} onKeyDown={moveFocus}>
            <VirtualTable
              {...{ head, onSight }}
              label={`${total} objectives`}
              count={total}
              rowHeight={height}
              resetKey={JSON.stringify(sloQuery(search))}
              row={(index) => {
                const view = itemAt(index)
                return view ? (
                  <SloRow key={view.slo.id} {...{ view, height }} />
                ) : (
                  <tr key={`row ${index}`} style={{ height }} className="border-b max-md:block">
                    <td colSpan={5} className="px-4 max-md:block max-md:pt-6">
                      <Skeleton className="h-5" />
                    </td>
                  </tr>
                )
              }}
            />
          </div>
        )}
        {answer &&
          total === 0 &&
          (isFiltered ? (
            <Empty icon={ListFilter} title="No objective fits this filter">
              <Button onClick={() => void navigate({ search: {} })}>Clear the filter</Button>
            </Empty>
          ) : (
            <Empty icon={Target} title="No objective is set">
              Say how many requests of a service have to be good. OpenSLO and Sloth documents are read too.
            </Empty>
          ))}
      </section>
    </>
  )
}
