import type { AnomalyFacets } from '@aiops/contract/api/anomaly'
import { entityName } from '@aiops/contract/model/entity'
import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { facetOptions } from '../ui/facet-options.ts'
import { FilterFold } from '../ui/filter-fold.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SeverityToggles } from '../ui/severity-toggles.tsx'
import { counted, sentenceCase } from '../ui/words.ts'
import { type AnomalySearch, isFiltered } from './anomaly-search.ts'

type AnomalyFilterProps = {
  search: AnomalySearch
  total: number | undefined
  facets: AnomalyFacets | undefined
  onChange: (part: Partial<Record<keyof AnomalySearch, unknown>>, replace?: boolean) => void
}

const several = (values: readonly string[]) => (values.length > 0 ? values : undefined)
const states = [
  { value: 'ACTIVE', word: 'Going on' },
  { value: 'ENDED', word: 'Ended' },
] as const

export function AnomalyFilter({ search, total, facets, onChange }: AnomalyFilterProps) {
  const cleared = { state: undefined, severity: undefined, shape: undefined, tier: undefined }
  return (
    <FilterFold
      className="border-b p-3"
      filters={[search.state, search.severity, search.shape, search.tier, search.entity]}
      search={
        <SearchField
          label="Search sentence, metric and entity"
          value={search.text ?? ''}
          onChange={(text) => onChange({ text: text || undefined }, true)}
          className="min-w-0 flex-1 md:w-72 md:flex-none"
        />
      }
      note={total !== undefined && counted(total, 'anomaly', 'anomalies')}
      more={
        <SeverityToggles
          chosen={search.severity ?? []}
          counts={facets?.severity}
          onChange={(severity) => onChange({ severity: several(severity) })}
        />
      }
    >
      <FacetMenu
        label="Shape"
        options={facetOptions(facets?.shape, search.shape ?? [], sentenceCase)}
        chosen={search.shape ?? []}
        onChange={(shape) => onChange({ shape: several(shape) })}
      />
      <FacetMenu
        label="Tier"
        options={facetOptions(facets?.tier, search.tier ?? [], sentenceCase)}
        chosen={search.tier ?? []}
        onChange={(tier) => onChange({ tier: several(tier) })}
      />
      {states.map(({ value, word }) => (
        <Button
          key={value}
          aria-pressed={search.state === value}
          className={search.state === value ? 'border-accent bg-accent-soft text-accent' : ''}
          onClick={() => onChange({ state: search.state === value ? undefined : value })}
        >
          {word}
        </Button>
      ))}
      {search.entity && (
        <Button onClick={() => onChange({ entity: undefined })} title="Show those of every entity">
          {entityName(search.entity)} <X aria-hidden />
        </Button>
      )}
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange({ ...cleared, entity: undefined, text: undefined })}>
          <X aria-hidden /> Clear
        </Button>
      )}
    </FilterFold>
  )
}
