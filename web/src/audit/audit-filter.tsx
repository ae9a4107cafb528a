import { AuditOutcome } from '@aiops/contract/model/audit'
import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { FilterFold } from '../ui/filter-fold.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { sentenceCase } from '../ui/words.ts'
import { type AuditSearch, periods } from './audit-search.ts'

type AuditFilterProps = {
  search: AuditSearch
  onChange: (part: Partial<Record<keyof AuditSearch, unknown>>, replace?: boolean) => void
}

const empty = {
  ...{ text: undefined, actor: undefined, action: undefined, resource: undefined },
  ...{ outcome: undefined, since: undefined },
}

export function AuditFilter({ search, onChange }: AuditFilterProps) {
  return (
    <FilterFold
      className="border-b p-3"
      filters={[search.actor, search.action, search.resource, search.outcome, search.since]}
      search={
        <SearchField
          label="Search the entries"
          value={search.text ?? ''}
          onChange={(text) => onChange({ text: text || undefined }, true)}
          className="min-w-0 flex-1 md:w-56 md:flex-none"
        />
      }
    >
      <SearchField
        label="Who"
        value={search.actor ?? ''}
        onChange={(actor) => onChange({ actor: actor || undefined }, true)}
        className="w-[calc(50%-0.25rem)] sm:w-36"
      />
      <SearchField
        label="What"
        value={search.action ?? ''}
        onChange={(action) => onChange({ action: action || undefined }, true)}
        className="w-[calc(50%-0.25rem)] sm:w-44"
      />
      <SearchField
        label="To what"
        value={search.resource ?? ''}
        onChange={(resource) => onChange({ resource: resource || undefined }, true)}
        className="w-full sm:w-44"
      />
      <SelectField
        aria-label="Outcome"
        value={search.outcome ?? ''}
        onChange={(event) => onChange({ outcome: event.target.value || undefined })}
      >
        <option value="">Every outcome</option>
        {AuditOutcome.options.map((one) => (
          <option key={one} value={one}>
            {sentenceCase(one)}
          </option>
        ))}
      </SelectField>
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
      {Object.keys(search).length > 0 && (
        <Button look="quiet" onClick={() => onChange(empty)}>
          <X aria-hidden />
          Clear
        </Button>
      )}
    </FilterFold>
  )
}
