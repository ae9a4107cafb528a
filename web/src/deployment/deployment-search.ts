import { DeploymentState } from '@aiops/contract/model/deployment'
import { asInteger, asOneOf, asSomeOf, asText } from '../shell/search.ts'

export const deploymentTabs = ['list', 'drift', 'policy', 'control'] as const
export type DeploymentTab = (typeof deploymentTabs)[number]

export const periods = [
  { value: '24h', word: 'Last day' },
  { value: '7d', word: 'Last 7 days' },
  { value: '30d', word: 'Last 30 days' },
] as const
type Period = (typeof periods)[number]['value']

/** What the page of deployments shows, as it stands in the address. Absent: all of them, newest first, page 1. */
export type DeploymentSearch = {
  tab?: DeploymentTab
  state?: DeploymentState[]
  service?: string
  since?: Period
  page?: number
}

export const pageSize = 25

export function readDeploymentSearch(raw: Record<string, unknown>): DeploymentSearch {
  const tab = asOneOf(raw.tab, deploymentTabs)
  const state = asSomeOf(raw.state, DeploymentState.options)
  const service = asText(raw.service, 200)
  const since = asOneOf(
    raw.since,
    periods.map(({ value }) => value),
  )
  const page = asInteger(raw.page, 1, 100_000)
  return {
    ...(tab && tab !== 'list' && { tab }),
    ...(state && { state }),
    ...(service && { service }),
    ...(since && { since }),
    ...(page && page > 1 && { page }),
  }
}

export const isFiltered = ({ state, service, since }: DeploymentSearch): boolean =>
  state !== undefined || service !== undefined || since !== undefined

/** A comma would be read as two services. */
export const deploymentQuery = ({ state, service, since, page }: DeploymentSearch) => ({
  state: state ?? [],
  service: service === undefined || service.includes(',') ? [] : [service],
  ...(since && { duration: since }),
  page: page ?? 1,
  page_size: pageSize,
})
