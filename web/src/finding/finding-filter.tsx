import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { facetOptions } from '../ui/facet-options.ts'
import { FilterFold } from '../ui/filter-fold.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SeverityToggles } from '../ui/severity-toggles.tsx'
import { counted } from '../ui/words.ts'
import { type FindingSearch, isFiltered } from './finding-search.ts'

type FindingFilterProps = {
  search: FindingSearch
  answer: OperationOutput<Api['listFindings']> | undefined
  clusterName: (id: string) => string
  onChange: (part: Partial<Record<keyof FindingSearch, unknown>>, replace?: boolean) => void
  /** On the page of one cluster there is none to choose. */
  oneCluster?: boolean
}

const areaWord = (area: string): string => (area === 'KUBERNETES' ? 'Kubernetes' : area)
const several = (values: readonly string[]) => (values.length > 0 ? values : undefined)

export function FindingFilter({
  search,
  answer,
  clusterName,
  onChange,
  oneCluster = false,
}: FindingFilterProps) {
  const cleared = { severity: undefined, area: undefined, analyzer: undefined, cluster: undefined }
  return (
    <FilterFold
      className="border-b p-3"
      filters={[search.severity, search.area, search.cluster, search.analyzer, search.rule, search.namespace]}
      search={
        <SearchField
          label="Search title and object"
          value={search.text ?? ''}
          onChange={(text) => onChange({ text: text || undefined }, true)}
          className="min-w-0 flex-1 md:w-64 md:flex-none"
        />
      }
      note={answer && counted(answer.total, 'finding')}
      more={
        <SeverityToggles
          chosen={search.severity ?? []}
          counts={answer?.by_severity}
          onChange={(severity) => onChange({ severity: several(severity) })}
        />
      }
    >
      <FacetMenu
        label="Area"
        options={facetOptions(answer?.by_area, search.area ?? [], areaWord)}
        chosen={search.area ?? []}
        onChange={(area) => onChange({ area: several(area) })}
      />
      {!oneCluster && (
        <FacetMenu
          label="Cluster"
          options={facetOptions(answer?.by_cluster, search.cluster ?? [], clusterName)}
          chosen={search.cluster ?? []}
          onChange={(cluster) => onChange({ cluster: several(cluster) })}
        />
      )}
      <FacetMenu
        label="Analyzer"
        options={facetOptions(answer?.by_analyzer, search.analyzer ?? [])}
        chosen={search.analyzer ?? []}
        onChange={(analyzer) => onChange({ analyzer: several(analyzer) })}
      />
      <FacetMenu
        label="Rule"
        options={facetOptions(answer?.by_rule, search.rule ?? [])}
        chosen={search.rule ?? []}
        onChange={(rule) => onChange({ rule: several(rule) })}
      />
      {isFiltered(search) && (
        <Button
          look="quiet"
          onClick={() => onChange({ ...cleared, rule: undefined, namespace: undefined, text: undefined })}
        >
          <X aria-hidden /> Clear
        </Button>
      )}
    </FilterFold>
  )
}
