import { incidentStatuses } from '@aiops/contract/model/incident'
import { severities } from '@aiops/contract/model/severity'
import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { FilterFold } from '../ui/filter-fold.tsx'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { counted, sentenceCase } from '../ui/words.ts'
import { type IncidentSearch, isFiltered } from './incident-search.ts'

type IncidentFilterProps = {
  search: IncidentSearch
  onChange: (part: Partial<Record<keyof IncidentSearch, unknown>>, replace?: boolean) => void
  total: number | undefined
}

export function IncidentFilter({ search, onChange, total }: IncidentFilterProps) {
  return (
    <FilterFold
      className="border-b p-3"
      filters={[search.status, search.severity, search.entity, search.mine]}
      search={
        <SearchField
          label="Search title and cause"
          value={search.text ?? ''}
          onChange={(text) => onChange({ text: text || undefined }, true)}
          className="min-w-0 flex-1 md:w-64 md:flex-none"
        />
      }
      note={total !== undefined && counted(total, 'incident')}
    >
      <FilterMenu
        label="Status"
        options={incidentStatuses}
        chosen={search.status ?? []}
        word={sentenceCase}
        onChange={(status) => onChange({ status: status.length > 0 ? status : undefined })}
      />
      <FilterMenu
        label="Severity"
        options={severities}
        chosen={search.severity ?? []}
        word={sentenceCase}
        onChange={(severity) => onChange({ severity: severity.length > 0 ? severity : undefined })}
      />
      <SearchField
        label="Entity"
        placeholder="Service, or kind/name"
        value={search.entity ?? ''}
        onChange={(entity) => onChange({ entity: entity || undefined }, true)}
        className="w-full sm:w-60"
      />
      <Button
        look={search.mine ? 'strong' : 'plain'}
        aria-pressed={search.mine === true}
        onClick={() => onChange({ mine: search.mine ? undefined : true })}
      >
        Mine
      </Button>
      {isFiltered(search) && (
        <Button
          look="quiet"
          onClick={() =>
            onChange({
              ...{ status: undefined, severity: undefined, text: undefined, entity: undefined },
              mine: undefined,
            })
          }
        >
          <X aria-hidden />
          Clear
        </Button>
      )}
    </FilterFold>
  )
}
