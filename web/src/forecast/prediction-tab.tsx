import { type ForecastWatch, type Prediction, PredictionState } from '@aiops/contract/model/forecast'
import { Telescope } from 'lucide-react'
import { labelText } from '../series/selector.ts'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { formatCount, formatNumber, formatPercent, formatProbability } from '../ui/format.ts'
import { LoadNote } from '../ui/load-note.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import type { ForecastSearch } from './forecast-search.ts'
import { stateLook } from './forecast-word.ts'
import { QueryPlace } from './query-place.tsx'
import { usePredictions } from './use-forecasts.ts'

type PredictionTabProps = { search: ForecastSearch; onChange: (part: Partial<ForecastSearch>) => void }

/** What was foretold, what came of it, and how often each watch was right. */
export function PredictionTab({ search, onChange }: PredictionTabProps) {
  const { answer, error, refetch } = usePredictions(search)
  return (
    <div className="space-y-4">
      <Panel title="Watches" note="Each looks ahead by its lead time" bodyClassName="p-0">
        <LoadNote error={error} loading={!answer} onRetry={refetch} />
        <ul>
          {answer?.watches.map((watch) => (
            <WatchItem key={watch.name} watch={watch} />
          ))}
        </ul>
      </Panel>
      <Panel
        title="Predictions"
        note={answer && formatCount(answer.total)}
        actions={
          <FacetMenu
            label="What came of it"
            options={PredictionState.options.map((value) => ({ value, word: stateLook[value].word }))}
            chosen={search.states ?? []}
            onChange={(states) => onChange({ states: states as PredictionState[] })}
          />
        }
        bodyClassName="p-0"
      >
        {answer?.items.length === 0 ? (
          <Empty icon={Telescope} title="Nothing was foretold">
            No watch sees its limit within its lead time.
          </Empty>
        ) : (
          <ul>
            {answer?.items.map((one) => (
              <PredictionItem key={one.id} one={one} />
            ))}
          </ul>
        )}
      </Panel>
    </div>
  )
}

function WatchItem({ watch }: { watch: ForecastWatch }) {
  const { hits, misses, open, hit_rate } = watch
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-t px-4 py-2 first:border-t-0">
      <span className="font-medium">{watch.name}</span>
      <span className="text-ink-soft">
        {watch.direction === 'ABOVE' ? 'above' : 'below'} {formatNumber(watch.limit)} within {watch.lead}
      </span>
      <span title={`${hits} came true, ${misses} did not, ${open} are open`}>
        {hit_rate === null ? 'not scored yet' : `right in ${formatPercent(hit_rate)} of ${hits + misses}`}
      </span>
      <QueryPlace query={watch.query} />
      <span className="ml-auto text-ink-mute text-xs">
        {watch.enabled ? (
          watch.looked_at ? (
            <>
              {watch.series} series, looked <Moment at={watch.looked_at} form="ago" />
            </>
          ) : (
            'has not looked yet'
          )
        ) : (
          'switched off'
        )}
      </span>
      {watch.withheld && (
        <p className="basis-full break-words text-medium text-xs">Held back: {watch.withheld}</p>
      )}
      {watch.problem && <p className="basis-full break-words text-medium text-xs">{watch.problem}</p>}
    </li>
  )
}

function PredictionItem({ one }: { one: Prediction }) {
  const { word, tone, means } = stateLook[one.state]
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-t px-4 py-2 first:border-t-0">
      <Badge tone={tone} title={means}>
        {word}
      </Badge>
      <span className="min-w-0 break-words font-medium">{labelText(one.labels) || one.watch}</span>
      <span className="text-ink-soft">
        {formatNumber(one.value)} then, {one.direction === 'ABOVE' ? 'above' : 'below'}{' '}
        {formatNumber(one.limit)} <Moment at={one.middle} form="ago" /> ({formatProbability(one.probability)})
      </span>
      <span className="ml-auto text-ink-mute text-xs">
        {one.watch}, said <Moment at={one.predicted_at} form="ago" />
        {one.breached_at && (
          <>
            , reached <Moment at={one.breached_at} form="ago" />
          </>
        )}
      </span>
      {one.withheld && <p className="basis-full text-ink-mute text-xs">Nobody was told: {one.withheld}</p>}
    </li>
  )
}
