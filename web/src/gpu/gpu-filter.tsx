import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { FilterFold } from '../ui/filter-fold.tsx'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { counted } from '../ui/words.ts'
import type { Facets } from './gpu-row.ts'
import { type GpuSearch, gpuHealths, isFiltered, noFilter } from './gpu-search.ts'
import { gpuHealthLooks } from './health-mark.tsx'

export type GpuSearchChange = (part: Partial<Record<keyof GpuSearch, unknown>>, replace?: boolean) => void

type GpuFilterProps = {
  search: GpuSearch
  facets: Facets
  shown: { gpus: number; nodes: number } | undefined
  onChange: GpuSearchChange
}

export function GpuFilter({ search, facets, shown, onChange }: GpuFilterProps) {
  const some = (list: readonly string[]) => (list.length > 0 ? list : undefined)
  return (
    <FilterFold
      filters={[search.cluster, search.type, search.health, search.node]}
      search={
        <SearchField
          label="Search node, pod, model, UUID, process"
          value={search.text ?? ''}
          onChange={(text) => onChange({ text: text || undefined }, true)}
          className="min-w-0 flex-1 md:w-80 md:flex-none"
        />
      }
      note={shown && `${counted(shown.gpus, 'GPU')} on ${counted(shown.nodes, 'node')}`}
    >
      <FacetMenu
        label="Cluster"
        options={facets.clusters}
        chosen={search.cluster ?? []}
        onChange={(cluster) => onChange({ cluster: some(cluster) })}
      />
      <FacetMenu
        label="Type"
        options={facets.types}
        chosen={search.type ?? []}
        onChange={(type) => onChange({ type: some(type) })}
      />
      <FilterMenu
        label="Health"
        options={gpuHealths}
        chosen={search.health ?? []}
        word={(health) => gpuHealthLooks[health].word}
        onChange={(health) => onChange({ health: some(health) })}
      />
      {search.node !== undefined && (
        <Button className="border-accent text-accent" onClick={() => onChange({ node: undefined })}>
          Node: {search.node}
          <X aria-hidden />
        </Button>
      )}
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange(noFilter)}>
          <X aria-hidden />
          Clear
        </Button>
      )}
    </FilterFold>
  )
}
