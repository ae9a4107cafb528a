import { DecisionAction, DecisionState } from '@aiops/contract/model/decision'
import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { counted } from '../ui/words.ts'
import { type CostPartProps, isDecisionFiltered } from './cost-search.ts'
import { actionWord, stateLook } from './decision-word.ts'
import { useCostOverview } from './use-cost.ts'

const several = <T,>(values: readonly T[]): T[] | undefined => (values.length > 0 ? [...values] : undefined)

type DecisionFilterProps = CostPartProps & { total: number | undefined }

export function DecisionFilter({ search, total, onChange }: DecisionFilterProps) {
  const { data } = useCostOverview()
  const known = [
    ...(data?.spend.by_service.map(({ service }) => service) ?? []),
    ...(data?.spend.unknown ?? []),
  ]
  const services = [...new Set([...known, ...(search.service ?? [])])].sort()
  return (
    <div className="flex flex-wrap items-center gap-2 border-b p-3">
      <FacetMenu
        label="Service"
        options={services.map((value) => ({ value, word: value }))}
        chosen={search.service ?? []}
        onChange={(service) => onChange({ service: several(service) })}
      />
      <FilterMenu
        label="Action"
        options={DecisionAction.options}
        chosen={search.action ?? []}
        word={(action) => actionWord[action]}
        onChange={(action) => onChange({ action: several(action) })}
      />
      <FilterMenu
        label="State"
        options={DecisionState.options}
        chosen={search.state ?? []}
        word={(state) => stateLook[state].word}
        onChange={(state) => onChange({ state: several(state) })}
      />
      {isDecisionFiltered(search) && (
        <Button
          look="quiet"
          onClick={() => onChange({ service: undefined, action: undefined, state: undefined })}
        >
          <X aria-hidden /> Clear
        </Button>
      )}
      <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
        {total !== undefined && `${counted(total, 'decision')} in 30 days`}
      </p>
    </div>
  )
}
