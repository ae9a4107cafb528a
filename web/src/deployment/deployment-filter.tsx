import { DeploymentState } from '@aiops/contract/model/deployment'
import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { counted } from '../ui/words.ts'
import { type DeploymentSearch, isFiltered, periods } from './deployment-search.ts'
import { stateLooks } from './state-look.ts'

export type DeploymentSearchChange = (
  part: Partial<Record<keyof DeploymentSearch, unknown>>,
  replace?: boolean,
) => void

type DeploymentFilterProps = {
  search: DeploymentSearch
  onChange: DeploymentSearchChange
  total: number | undefined
}

export const noFilter = { state: undefined, service: undefined, since: undefined }

export function DeploymentFilter({ search, onChange, total }: DeploymentFilterProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 border-b p-3">
      <SearchField
        label="Service"
        placeholder="Service, by its whole name"
        value={search.service ?? ''}
        onChange={(service) => onChange({ service: service || undefined }, true)}
        className="w-full sm:w-60"
      />
      <FilterMenu
        label="State"
        options={DeploymentState.options}
        chosen={search.state ?? []}
        word={(state) => stateLooks[state].word}
        onChange={(state) => onChange({ state: state.length > 0 ? state : undefined })}
      />
      <SelectField
        aria-label="Time"
        value={search.since ?? ''}
        onChange={(event) => onChange({ since: event.target.value || undefined })}
      >
        <option value="">All time</option>
        {periods.map(({ value, word }) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </SelectField>
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange(noFilter)}>
          <X aria-hidden />
          Clear
        </Button>
      )}
      <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
        {total !== undefined && counted(total, 'deployment')}
      </p>
    </div>
  )
}
