import type { Series } from '@aiops/contract/model/series'
import { ChartNoAxesColumn } from 'lucide-react'
import { useId } from 'react'
import { CheckMark } from '../ui/check-mark.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SendHelp } from '../ui/send-help.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { selectionMax } from './explore-search.ts'
import { labelText, selectorOfSeries } from './selector.ts'
import { useExploreSearch } from './use-explore-search.ts'
import { useSeriesSearch } from './use-series-search.ts'

export function SeriesList() {
  const [search, change] = useExploreSearch()
  const text = search.text ?? ''
  const { data, error, refetch } = useSeriesSearch(text)
  const selected = search.s ?? []
  const toggle = (selector: string, on: boolean): void => {
    const rest = selected.filter((one) => one !== selector)
    const next = on ? [...rest, selector].slice(-selectionMax) : rest
    change({ s: next.length > 0 ? next : undefined })
  }
  return (
    <section aria-label="Series" className="min-w-0 rounded-lg border bg-surface">
      <div className="space-y-1.5 border-b p-3">
        <SearchField
          label="Search series"
          placeholder='cpu, or {service.name="front"}'
          mono
          value={text}
          onChange={(typed) => change({ text: typed || undefined }, true)}
        />
        <p className="text-ink-mute text-xs" aria-live="polite">
          {[
            data &&
              `${data.series.length < data.total ? `${data.series.length} of ` : ''}${counted(data.total, 'series', 'series')}`,
            selected.length > 0 && `${selected.length} charted`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {error && <Failure error={error} onRetry={() => void refetch()} className="m-3" />}
      {!data && !error && (
        <div className="p-3">
          <SkeletonRows rows={8} />
        </div>
      )}
      {data && data.series.length === 0 && !error && <NoSeries text={text} />}
      {data && data.series.length > 0 && (
        <ul className="max-h-72 divide-y overflow-y-auto lg:max-h-[calc(100dvh-17rem)]">
          {data.series.map((series) => {
            const selector = selectorOfSeries(series)
            return (
              <SeriesRow
                key={series.id}
                series={series}
                checked={selected.includes(selector)}
                onChange={(on) => toggle(selector, on)}
              />
            )
          })}
        </ul>
      )}
    </section>
  )
}

function SeriesRow({
  series,
  checked,
  onChange,
}: {
  series: Series
  checked: boolean
  onChange: (on: boolean) => void
}) {
  const id = useId()
  const labels = labelText(series.labels)
  return (
    <li className="flex gap-2.5 px-3 py-1.5 hover:bg-sunken/60">
      <span className="pt-0.5">
        <CheckMark id={id} checked={checked} onChange={onChange} />
      </span>
      <label htmlFor={id} className="min-w-0 flex-1" title={labels}>
        <span className="block break-all font-mono text-xs">{series.name}</span>
        <span className="line-clamp-2 wrap-anywhere text-ink-mute text-xs">{labels || 'no labels'}</span>
      </label>
    </li>
  )
}

function NoSeries({ text }: { text: string }) {
  if (text !== '')
    return (
      <Empty icon={ChartNoAxesColumn} title="No series fits">
        Try one word of its name or of a label's value, or a selector such as{' '}
        <code className="break-all font-mono text-xs">{'{service.name="front"}'}</code>.
      </Empty>
    )
  return (
    <div className="p-3">
      <Empty icon={ChartNoAxesColumn} title="No series yet" className="py-4">
        Send metrics here:
      </Empty>
      <SendHelp only="metrics" />
    </div>
  )
}
