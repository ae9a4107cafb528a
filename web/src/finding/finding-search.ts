import { FindingArea as areas, type FindingArea } from '@aiops/contract/model/finding'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { asSomeOf, asText, asTexts } from '../shell/search.ts'

/** What the list of findings shows, as it stands in the address. Absent: all of them. */
export type FindingSearch = {
  severity?: Severity[]
  area?: FindingArea[]
  analyzer?: string[]
  cluster?: string[]
  rule?: string[]
  namespace?: string
  text?: string
  /** The finding that stands beside the list. */
  id?: string
}

export function readFindingSearch(raw: Record<string, unknown>): FindingSearch {
  const severity = asSomeOf(raw.severity, severities)
  const area = asSomeOf(raw.area, areas.options)
  const [analyzer, cluster, rule] = [raw.analyzer, raw.cluster, raw.rule].map((one) => asTexts(one, 200))
  const [namespace, text, id] = [raw.namespace, raw.text, raw.id].map((one) => asText(one, 200))
  return {
    ...(severity && { severity }),
    ...(area && { area }),
    ...(analyzer && { analyzer }),
    ...(cluster && { cluster }),
    ...(rule && { rule }),
    ...(namespace && { namespace }),
    ...(text && { text }),
    ...(id && { id }),
  }
}

export const isFiltered = ({ id: _, ...filter }: FindingSearch): boolean => Object.keys(filter).length > 0

/** What the API is asked for. */
export const findingQuery = (search: FindingSearch) => ({
  severity: search.severity ?? [],
  area: search.area ?? [],
  analyzer: search.analyzer ?? [],
  cluster_ids: search.cluster ?? [],
  rule: search.rule ?? [],
  namespace: search.namespace ?? '',
  search: search.text ?? '',
})
