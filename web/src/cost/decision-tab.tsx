import { ListFilter, Scale } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { type CostPartProps, decisionQuery, isDecisionFiltered } from './cost-search.ts'
import { DecisionFilter } from './decision-filter.tsx'
import { DecisionTable } from './decision-table.tsx'
import { ReplayPanel } from './replay-panel.tsx'
import { SpikePanel } from './spike-panel.tsx'
import { useDecisions } from './use-cost.ts'

/** What was decided about each service, newest first, and what would be if prices changed. */
export function DecisionTab({ search, onChange }: CostPartProps) {
  const { answer, total, error, isOld, refetch, itemAt, onSight } = useDecisions(search)
  return (
    <div className="space-y-4">
      <SpikePanel />
      <ReplayPanel />
      <section aria-label="Decisions" className="min-w-0 rounded-lg border bg-surface">
        <DecisionFilter search={search} total={answer && total} onChange={onChange} />
        <LoadNote error={error} loading={!answer} onRetry={refetch} />
        {answer && total > 0 && (
          <DecisionTable
            {...{ total, itemAt, onSight }}
            resetKey={JSON.stringify(decisionQuery(search))}
            chosen={search.decision}
            onChoose={(decision) => onChange({ decision })}
            className={className(isOld && 'opacity-60')}
          />
        )}
        {answer &&
          total === 0 &&
          (isDecisionFiltered(search) ? (
            <Empty icon={ListFilter} title="No decision of the last 30 days fits this filter">
              <Button onClick={() => onChange({ service: undefined, action: undefined, state: undefined })}>
                Clear the filter
              </Button>
            </Empty>
          ) : (
            <Empty icon={Scale} title="Nothing was decided yet">
              A decision is written when readings of a service are known at two providers or more, and again
              when it says something else than before.
            </Empty>
          ))}
      </section>
    </div>
  )
}
