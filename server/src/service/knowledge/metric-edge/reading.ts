import type { Matcher } from '@aiops/contract/model/label'

/** What a series calls one end of a connection; '' and empty where it does not say. */
export type End = {
  /** The likeliest to be what spans call a service first. */
  names: readonly string[]
  namespace: string
  cluster: string
  address: string
  port: string
  /** Outside of what is watched. */
  host: string
}
export type Reading = {
  source: End
  target: End
  /** Who saw it. */
  side: 'SOURCE' | 'TARGET'
  failed: boolean
  /** Whether `source` began the connection; else the series may count what came back. */
  isDirected: boolean
}
export type LabelReader = (name: string) => string

/** A metric that tells of connections, and how its labels are read. `counts` is what its increase is. */
export type MetricSource = {
  origin: 'MESH' | 'FLOW'
  metric: string
  matchers: readonly Matcher[]
  counts: 'CALLS' | 'BYTES' | 'MILLISECONDS' | 'PACKETS'
  read(label: LabelReader): Reading | undefined
}

export const end = (more: Partial<End>): End => ({
  ...{ names: [], namespace: '', cluster: '', address: '', port: '', host: '' },
  ...more,
})

/** The values that name something. */
export const said = (...values: readonly string[]): string[] =>
  values.filter((value) => value !== '' && value !== 'unknown' && value.length <= 253)

export const isNamed = ({ names, address, host }: End): boolean =>
  names.length > 0 || address !== '' || host !== ''
