import type { AlertDeed } from '@aiops/contract/api/alert-deed'
import type { Alert } from '@aiops/contract/model/alert'
import { getRouteApi, Link } from '@tanstack/react-router'
import { BellOff, CircleCheck, ListFilter } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { useWide } from '../ui/use-wide.ts'
import { AlertBeside, AlertOver } from './alert-beside.tsx'
import { AlertFilter } from './alert-filter.tsx'
import { type AlertSearch, alertQuery, chosenOf, isFiltered } from './alert-search.ts'
import { AlertTable } from './alert-table.tsx'
import { DeedDialog } from './deed-dialog.tsx'
import { NoisePanel } from './noise-panel.tsx'
import { nothing, toggled, withRange } from './selection.ts'
import { SelectionBar } from './selection-bar.tsx'
import { SilenceSelected } from './silence-selected.tsx'
import { useAlerts } from './use-alerts.ts'

const route = getRouteApi('/alerts')

export function AlertListPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <>
      <PageTitle title="Alerts">
        <Link to="/silences" className={buttonStyle({ className: 'ml-auto' })}>
          <BellOff aria-hidden /> Silences
        </Link>
      </PageTitle>
      <TabList
        label="Alerts"
        value={search.tab ?? 'list'}
        onChange={(tab) => void navigate({ search: tab === 'noise' ? { tab } : {} })}
        tabs={[
          { value: 'list', label: 'Alerts', content: <AlertList search={search} /> },
          { value: 'noise', label: 'Noise', content: <NoisePanel /> },
        ]}
      />
    </>
  )
}

function AlertList({ search }: { search: AlertSearch }) {
  const navigate = route.useNavigate()
  const wide = useWide()
  const { answer, total, error, isOld, refetch, itemAt, onSight } = useAlerts(search)
  const [selection, setSelection] = useState(nothing)
  const [silencing, setSilencing] = useState(false)
  const [all, setAll] = useState(false)
  const [deed, setDeed] = useState<AlertDeed>()
  const change = (part: Partial<Record<keyof AlertSearch, unknown>>, replace = false): void => {
    setAll(false)
    void navigate({ search: (old) => ({ ...old, ...part }) as AlertSearch, replace, resetScroll: false })
  }
  const chosen = chosenOf(search.alert)
  // The same functions from one drawing to the next: a row is drawn again only where it has changed.
  const now = useRef({ itemAt, change, chosen })
  now.current = { itemAt, change, chosen }
  const onChoose = useCallback(({ id, fingerprint }: Alert): void => {
    const alert = id === now.current.chosen?.id ? undefined : `${fingerprint}@${id}`
    now.current.change({ alert }, true)
  }, [])
  const onSelect = useCallback((index: number, range: boolean): void => {
    const alert = now.current.itemAt(index)
    if (alert)
      setSelection((old) => (range ? withRange(old, index, now.current.itemAt) : toggled(old, alert, index)))
  }, [])
  const clear = (): void => {
    setSelection(nothing)
    setAll(false)
  }
  const act = (action: AlertDeed): void => {
    if (all || selection.alerts.size > 0) setDeed(action)
  }
  const silence = (): void => setSilencing(selection.alerts.size > 0)
  return (
    <div
      className={className(
        'grid items-start gap-4',
        chosen && wide && 'grid-cols-[minmax(0,1fr)_minmax(24rem,32rem)]',
      )}
    >
      {chosen && !wide && (
        <AlertOver
          {...chosen}
          onLabel={(label) => change({ label: withLabel(search, label), alert: undefined })}
          onClose={() => change({ alert: undefined }, true)}
        />
      )}
      <section aria-label="Alerts" className="min-w-0 rounded-lg border bg-surface">
        <AlertFilter
          {...{ search, total: answer?.total, facets: answer?.facets }}
          onChange={change}
          onReplace={(next) => void navigate({ search: next, resetScroll: false })}
        />
        <SelectionBar
          {...{ all }}
          count={selection.alerts.size}
          fitting={isFiltered(search) ? total : 0}
          onAll={setAll}
          onSilence={silence}
          onDeed={act}
          onClear={clear}
        />
        <LoadNote error={error} loading={!answer} onRetry={refetch} />
        {answer?.incomplete && (
          <p className="border-b bg-medium-soft px-4 py-2 text-medium">{answer.incomplete}</p>
        )}
        {answer && total > 0 && (
          <AlertTable
            {...{ total, itemAt, onSight, selection, onChoose, onSelect }}
            resetKey={JSON.stringify(alertQuery(search))}
            chosen={chosen?.id}
            onSilence={silence}
            onDeed={act}
            onNothing={clear}
            className={isOld ? 'opacity-60' : ''}
          />
        )}
        {answer && total === 0 && <NoAlert search={search} onClear={() => void navigate({ search: {} })} />}
      </section>
      {chosen && wide && (
        <AlertBeside
          {...chosen}
          onLabel={(label) => change({ label: withLabel(search, label) })}
          onClose={() => change({ alert: undefined }, true)}
        />
      )}
      {deed && (
        <DeedDialog
          action={deed}
          target={all ? { search } : { ids: [...selection.alerts.keys()] }}
          onClose={() => setDeed(undefined)}
          onDone={() => {
            setDeed(undefined)
            clear()
          }}
        />
      )}
      {silencing && (
        <SilenceSelected
          alerts={[...selection.alerts.values()]}
          onClose={() => setSilencing(false)}
          onDone={() => {
            setSilencing(false)
            clear()
          }}
        />
      )}
    </div>
  )
}

const withLabel = ({ label = [] }: AlertSearch, one: string): string[] => [...new Set([...label, one])]

function NoAlert({ search, onClear }: { search: AlertSearch; onClear: () => void }) {
  return isFiltered(search) ? (
    <Empty icon={ListFilter} title="No alert fits this filter">
      <Button onClick={onClear}>Clear the filter</Button>
    </Empty>
  ) : (
    <Empty icon={CircleCheck} title="No alert has come yet">
      Point Alertmanager, Grafana or any other sender at this server: Sources says how.
    </Empty>
  )
}
