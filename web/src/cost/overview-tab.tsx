import { CircleDollarSign } from 'lucide-react'
import { Empty } from '../ui/empty.tsx'
import { Loaded } from '../ui/loaded.tsx'
import type { CostPartProps } from './cost-search.ts'
import { EngineLine } from './engine-line.tsx'
import { OpportunityPanel } from './opportunity-panel.tsx'
import { ProviderPanel } from './provider-panel.tsx'
import { ServiceSpendPanel } from './service-spend-panel.tsx'
import { SourcePanel } from './source-panel.tsx'
import { SpendFigures } from './spend-figures.tsx'
import { useCostOverview } from './use-cost.ts'

/** What is spent now and where, what could be saved and what was. */
export function OverviewTab({ onChange }: CostPartProps) {
  const query = useCostOverview()
  return (
    <Loaded query={query} inset={false}>
      {(overview) =>
        overview.sources.length === 0 && overview.spend.by_service.length === 0 ? (
          <NoTelemetry />
        ) : (
          <div className="space-y-4">
            <EngineLine overview={overview} />
            <SpendFigures overview={overview} onChange={onChange} />
            <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <div className="min-w-0 space-y-4">
                <OpportunityPanel onChange={onChange} />
                <ServiceSpendPanel spend={overview.spend} onChange={onChange} />
              </div>
              <div className="min-w-0 space-y-4">
                <ProviderPanel spend={overview.spend} />
                <SourcePanel sources={overview.sources} />
              </div>
            </div>
          </div>
        )
      }
    </Loaded>
  )
}

function NoTelemetry() {
  return (
    <div className="rounded-lg border bg-surface">
      <Empty icon={CircleDollarSign} title="Nobody tells what services cost yet">
        <p>
          Post readings of providers to{' '}
          <code className="break-all font-mono text-xs">/api/v1/cost/telemetry</code>, scrape a Prometheus
          that has OpenCost’s metrics, or play a market with{' '}
          <code className="font-mono text-xs">aiops cost simulate</code>. Where each service runs comes with
          them, or from what was deployed last.
        </p>
      </Empty>
    </div>
  )
}
