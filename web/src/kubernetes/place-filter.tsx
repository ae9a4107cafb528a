import { SearchField } from '../ui/search-field.tsx'
import { NamespaceField } from './namespace-field.tsx'
import type { TabSearch } from './tab-search.ts'
import type { TabChange } from './use-tab-search.ts'

type PlaceFilterProps = {
  clusterId: string
  /** What the words are looked for in. */
  label: string
  search: Pick<TabSearch, 'text' | 'namespace'>
  change: TabChange
}

/** Words and a namespace: how every list of the inside is narrowed first. */
export function PlaceFilter({ clusterId, label, search: { text, namespace }, change }: PlaceFilterProps) {
  return (
    <>
      <SearchField
        label={label}
        value={text ?? ''}
        onChange={(next) => change({ text: next || undefined }, true)}
        className="w-full sm:w-56"
      />
      <NamespaceField
        clusterId={clusterId}
        value={namespace}
        onChange={(next) => change({ namespace: next })}
      />
    </>
  )
}
