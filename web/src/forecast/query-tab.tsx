import { ChartSpline } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { type ForecastSearch, type Horizon, horizons } from './forecast-search.ts'
import { ForecastView } from './forecast-view.tsx'
import { useForecast } from './use-forecasts.ts'

/** The editor is large, and only this tab has one. */
const PromqlEditor = lazy(() =>
  import('../query/promql-editor.tsx').then((module) => ({ default: module.PromqlEditor })),
)
type QueryTabProps = { search: ForecastSearch; onChange: (part: Partial<ForecastSearch>) => void }

/** Where any series is heading. */
export function QueryTab({ search, onChange }: QueryTabProps) {
  const [text, setText] = useState(search.q ?? '')
  const [above, setAbove] = useState(search.above ?? '')
  const [below, setBelow] = useState(search.below ?? '')
  const query = useForecast(search)
  const run = (): void => {
    const next = { q: text.trim(), above: above.trim(), below: below.trim() }
    if (next.q === search.q && next.above === (search.above ?? '') && next.below === (search.below ?? ''))
      void query.refetch()
    else onChange(next)
  }
  return (
    <div className="space-y-4">
      <form
        className="space-y-3 rounded-lg border bg-surface p-4"
        onSubmit={(event) => {
          event.preventDefault()
          run()
        }}
      >
        <Suspense fallback={<Skeleton className="h-10" />}>
          <PromqlEditor value={text} onChange={setText} onRun={run} />
        </Suspense>
        <div className="flex flex-wrap items-end gap-3">
          <FormRow name="How far ahead">
            {(id) => (
              <SelectField
                {...{ id }}
                value={search.horizon ?? '1d'}
                onChange={(event) => onChange({ horizon: event.target.value as Horizon })}
              >
                {horizons.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </SelectField>
            )}
          </FormRow>
          <FormRow name="Limit above">
            {(id) => (
              <TextField
                {...{ id }}
                className="w-28"
                inputMode="decimal"
                value={above}
                onChange={(event) => setAbove(event.target.value)}
              />
            )}
          </FormRow>
          <FormRow name="Limit below">
            {(id) => (
              <TextField
                {...{ id }}
                className="w-28"
                inputMode="decimal"
                value={below}
                onChange={(event) => setBelow(event.target.value)}
              />
            )}
          </FormRow>
          <Button
            type="submit"
            look="strong"
            className="ml-auto"
            disabled={text.trim() === '' || query.isFetching}
          >
            {query.isFetching ? 'Looking ahead…' : 'Look ahead'}
          </Button>
        </div>
      </form>
      {search.q ? (
        <Loaded query={query} inset={false}>
          {(answer) => <ForecastView answer={answer} query={search.q ?? ''} />}
        </Loaded>
      ) : (
        <Empty icon={ChartSpline} title="Nothing is asked yet">
          A query of any series; the history before it is chosen by how far ahead is asked.
        </Empty>
      )}
    </div>
  )
}
