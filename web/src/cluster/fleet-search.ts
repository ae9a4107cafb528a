import {
  ClusterEnvironment,
  ClusterState,
  ClusterType,
  type ClusterEnvironment as Environment,
  type ClusterState as State,
  type ClusterType as Type,
} from '@aiops/contract/model/cluster'
import { asOneOf, asSomeOf, asText, asTexts } from '../shell/search.ts'

export const fleetSorts = [
  ...(['state', 'name', 'score', 'type', 'environment', 'region', 'version'] as const),
  ...(['nodes', 'gpus', 'findings', 'checked'] as const),
] as const
export type FleetColumn = (typeof fleetSorts)[number]
export type FleetSort = FleetColumn | `-${FleetColumn}`

/** What the fleet page shows, as it stands in the address. Absent: every cluster as a card, what needs somebody first. */
export type FleetSearch = {
  text?: string
  state?: State[]
  type?: Type[]
  environment?: Environment[]
  region?: string[]
  gpu?: 'yes' | 'no'
  cnf?: 'yes' | 'no'
  stale?: 'yes'
  /** `key=value`; all must fit. */
  label?: string[]
  /** `region`, `type`, `environment`, or `label:<key>`. */
  group?: string
  view?: 'table'
  sort?: FleetSort
}

const either = ['yes', 'no'] as const
const groups = ['region', 'type', 'environment'] as const
const sorts = fleetSorts.flatMap((column): FleetSort[] => [column, `-${column}`])

export function readFleetSearch(raw: Record<string, unknown>): FleetSearch {
  const group = asText(raw.group, 300)
  const labels = asTexts(raw.label)?.filter((label) => /^[^=]+=/.test(label))
  const sort = asOneOf(raw.sort, sorts)
  const found = {
    text: asText(raw.text, 128),
    state: asSomeOf(raw.state, ClusterState.options),
    type: asSomeOf(raw.type, ClusterType.options),
    environment: asSomeOf(raw.environment, ClusterEnvironment.options),
    region: asTexts(raw.region, 100),
    gpu: asOneOf(raw.gpu, either),
    cnf: asOneOf(raw.cnf, either),
    stale: asOneOf(raw.stale, ['yes'] as const),
    label: labels && labels.length > 0 ? labels : undefined,
    group: group && (groups.some((one) => one === group) || /^label:./.test(group)) ? group : undefined,
    view: asOneOf(raw.view, ['table'] as const),
    sort: sort === 'state' ? undefined : sort,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as FleetSearch
}

/** Whether some clusters may be left out; grouping and order leave out none. */
export const isFiltered = ({ group: _, view: __, sort: ___, ...filter }: FleetSearch): boolean =>
  Object.keys(filter).length > 0
