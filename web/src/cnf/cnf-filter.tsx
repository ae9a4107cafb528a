import { CnfType } from '@aiops/contract/model/cluster'
import { X } from 'lucide-react'
import { useMemo } from 'react'
import { Button } from '../ui/button.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { sentenceCase } from '../ui/words.ts'
import type { CnfPartProps } from './cnf-part.ts'
import { clockStates, isFiltered, noFilter, workloadStatuses } from './cnf-search.ts'
import { useCnfKpis, useCnfWorkloads, usePtpStatus, useSriovStatus } from './use-cnf.ts'

/** Filters that the shown tab can follow. */
export function CnfFilter({ search, onChange }: CnfPartProps) {
  const tab = search.tab ?? 'workloads'
  const clusters = useClusterFacet(tab)
  const some = (list: readonly string[]) => (list.length > 0 ? list : undefined)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchField
        label="Search name, node, cluster"
        value={search.text ?? ''}
        onChange={(text) => onChange({ text: text || undefined }, true)}
        className="w-full sm:w-72"
      />
      <FacetMenu
        label="Cluster"
        options={clusters}
        chosen={search.cluster ?? []}
        onChange={(cluster) => onChange({ cluster: some(cluster) })}
      />
      {(tab === 'workloads' || tab === 'kpis') && (
        <FilterMenu
          label="Type"
          options={CnfType.options}
          chosen={search.type ?? []}
          word={(type) => (type === 'OTHER' ? 'Other' : type)}
          onChange={(type) => onChange({ type: some(type) })}
        />
      )}
      {tab === 'workloads' && (
        <FilterMenu
          label="Status"
          options={workloadStatuses}
          chosen={search.status ?? []}
          word={sentenceCase}
          onChange={(status) => onChange({ status: some(status) })}
        />
      )}
      {tab === 'ptp' && (
        <FilterMenu
          label="State"
          options={clockStates}
          chosen={search.state ?? []}
          word={(state) => state}
          onChange={(state) => onChange({ state: some(state) })}
        />
      )}
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange(noFilter)}>
          <X aria-hidden />
          Clear
        </Button>
      )}
    </div>
  )
}

/** Clusters that have something to list in the tab, with how much. */
function useClusterFacet(tab: string) {
  const workloads = useCnfWorkloads().data?.workloads
  const clocks = usePtpStatus().data?.statuses
  const cards = useSriovStatus().data?.interfaces
  const kpis = useCnfKpis().data?.kpis
  return useMemo(() => {
    const counted: readonly { cluster_id: string; cluster_name: string }[] =
      (tab === 'ptp'
        ? clocks
        : tab === 'sriov' || tab === 'dpdk'
          ? cards
          : tab === 'kpis'
            ? kpis
            : workloads) ?? []
    const facets = new Map<string, { value: string; word: string; count: number }>()
    for (const { cluster_id: value, cluster_name: word } of counted) {
      const facet = facets.get(value) ?? { value, word, count: 0 }
      facet.count += 1
      facets.set(value, facet)
    }
    return [...facets.values()].sort((a, b) => a.word.localeCompare(b.word, 'en', { numeric: true }))
  }, [tab, workloads, clocks, cards, kpis])
}
