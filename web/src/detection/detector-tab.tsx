import { DetectionTier } from '@aiops/contract/model/anomaly'
import { DetectorState } from '@aiops/contract/model/detection'
import { ListFilter } from 'lucide-react'
import { Empty } from '../ui/empty.tsx'
import { SelectField } from '../ui/field.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { moveFocus } from '../ui/move-focus.ts'
import { SearchField } from '../ui/search-field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { counted, sentenceCase } from '../ui/words.ts'
import { type DetectionSearch, detectorQuery } from './detection-search.ts'
import { DetectorRow } from './detector-row.tsx'
import { FunnelPanel } from './funnel-panel.tsx'
import { useDetectors } from './use-detection.ts'

type DetectorTabProps = {
  search: DetectionSearch
  onChange: (part: Partial<Record<keyof DetectionSearch, unknown>>, replace?: boolean) => void
}

/** What detection knows of each series. */
export function DetectorTab({ search, onChange }: DetectorTabProps) {
  const height = useNarrow() ? 108 : 52
  const { answer, total, error, isOld, refetch, itemAt, onSight } = useDetectors(search)
  const head = (
    <tr>
      <TableHead className="w-28 pl-4">State</TableHead>
      <TableHead>Series</TableHead>
      <TableHead className="w-72">Expected now</TableHead>
      <TableHead className="@3xl:md:table-cell hidden w-32">Tier</TableHead>
      <TableHead className="@4xl:md:table-cell hidden w-40">Rule</TableHead>
    </tr>
  )
  return (
    <div className="space-y-4">
      <FunnelPanel />
      <section aria-label="Detectors" className="@container min-w-0 rounded-lg border bg-surface">
        <div className="flex flex-wrap items-center gap-2 border-b p-3">
          <SearchField
            label="Metric, * for any text"
            value={search.metric ?? ''}
            onChange={(metric) => onChange({ metric: metric || undefined }, true)}
            className="w-full sm:w-72"
          />
          <SelectField
            aria-label="State"
            value={search.state ?? ''}
            onChange={(event) => onChange({ state: event.target.value || undefined })}
          >
            <option value="">Every state</option>
            {DetectorState.options.map((one) => (
              <option key={one} value={one}>
                {sentenceCase(one)}
              </option>
            ))}
          </SelectField>
          <SelectField
            aria-label="Tier"
            value={search.tier ?? ''}
            onChange={(event) => onChange({ tier: event.target.value || undefined })}
          >
            <option value="">Every tier</option>
            {DetectionTier.options.map((one) => (
              <option key={one} value={one}>
                {sentenceCase(one)}
              </option>
            ))}
          </SelectField>
          <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
            {answer && counted(answer.total, 'series', 'series')}
          </p>
        </div>
        <LoadNote error={error} loading={!answer} onRetry={refetch} />
        {answer && total > 0 && (
          // biome-ignore lint/a11y/noStaticElementInteractions: the links inside are what the keys move between
          <div className={isOld ? 'opacity-60' : ''} onKeyDown={moveFocus}>
            <VirtualTable
              {...{ head, onSight }}
              label={`${total} series`}
              count={total}
              rowHeight={height}
              resetKey={JSON.stringify(detectorQuery(search))}
              row={(index) => {
                const view = itemAt(index)
                return view ? (
                  <DetectorRow key={view.series.id} {...{ view, height }} />
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
        {answer && total === 0 && (
          <Empty icon={ListFilter} title="No series is watched that fits">
            Series are watched from their first point on, unless a rule leaves them out.
          </Empty>
        )}
      </section>
    </div>
  )
}
