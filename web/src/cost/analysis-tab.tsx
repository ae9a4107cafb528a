import { ChartColumnStacked } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { AllocationChart } from './allocation-chart.tsx'
import { untoldName } from './allocation-stack.ts'
import { AllocationTable } from './allocation-table.tsx'
import { AnalysisChoice } from './analysis-choice.tsx'
import { CostDownload } from './cost-download.tsx'
import type { CostPartProps } from './cost-search.ts'
import { usdText } from './money-text.ts'
import { NoticeList } from './notice-list.tsx'
import { PricePanel } from './price-panel.tsx'
import { UnitPanel } from './unit-panel.tsx'
import { type Allocations, useAllocations } from './use-cost.ts'

/** What ran and what it cost, by which prices. */
export function AnalysisTab({ search, onChange }: CostPartProps) {
  const { by = 'namespace', range = '24h', spread = false } = search
  const query = useAllocations(by, range, spread)
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center gap-2">
        <AnalysisChoice search={search} onChange={onChange} />
        <div className="ml-auto">
          <CostDownload by={by} range={range} answer={query.data} />
        </div>
      </div>
      <QueryPanel
        title="Spend"
        note={query.data && `${spentText(query.data)} in ${range}, by ${by}`}
        query={query}
        rows={10}
      >
        {(answer) => (
          <div className={className(query.isPlaceholderData && 'opacity-60')}>
            {answer.allocations.length === 0 ? (
              <Empty icon={ChartColumnStacked} title="Nothing that ran is known in this time">
                Spend is allocated from what runs in watched clusters and from where services are placed.
              </Empty>
            ) : (
              <>
                {by !== 'service' && isUntold(answer) && (
                  <p className="flex flex-wrap items-center gap-x-3 border-b px-4 py-2 text-ink-soft">
                    No {by} is told of what was spent.
                    <Button size="small" onClick={() => onChange({ by: 'service' })}>
                      Show it by service
                    </Button>
                  </p>
                )}
                <AllocationChart answer={answer} />
                <AllocationTable answer={answer} by={by} search={search} onChange={onChange} />
              </>
            )}
            <NoticeList sources={answer.sources} notices={answer.notices} />
          </div>
        )}
      </QueryPanel>
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
        <UnitPanel range={range} />
        <PricePanel />
      </div>
    </div>
  )
}

/** All of it is of services at providers, which are told by name alone. */
const isUntold = ({ allocations }: Allocations): boolean =>
  allocations.length > 0 && allocations.every(({ name }) => name === untoldName)

/** A total of nothing that is known is no $0. */
const spentText = ({ allocations, total_usd }: Allocations): string =>
  total_usd === 0 &&
  allocations.every(({ cpu_usd, ram_usd, external_usd }) => (cpu_usd ?? ram_usd ?? external_usd) == null)
    ? 'nothing with a price'
    : usdText(total_usd)
