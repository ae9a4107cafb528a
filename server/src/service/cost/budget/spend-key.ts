import type { Budget } from '@aiops/contract/model/budget'
import type { CostHourRow } from '../../../port/cost-repository.ts'
import { idleName, unallocated } from '../allocation/grouping.ts'
import type { Tally } from '../allocation/tally.ts'

/** How spend is kept: fine enough for every budget and for a bill by day. */
export const spendAggregate = ['cluster', 'namespace', 'service', 'team', 'environment', 'provider'] as const

export type SpendSubject = Pick<CostHourRow, 'namespace' | 'service' | 'team' | 'environment'>

/** What a tally cost, as a row that is kept. */
export function spendRowOf(tally: Tally): CostHourRow {
  const of = (name: string): string => {
    const value = tally.properties.get(name) ?? ''
    return value === unallocated ? '' : value
  }
  const isIdle = tally.name.endsWith(idleName)
  const parts: Record<string, number> = {}
  const add = (name: string, usd: number): void => {
    if (usd !== 0) parts[name] = usd
  }
  add('cpu', tally.cpuUsd)
  add('ram', tally.ramUsd)
  add('gpu', tally.gpuUsd)
  add('storage', tally.storageUsd)
  add('network', tally.networkUsd)
  add('load_balancer', tally.balancerUsd)
  add('shared', tally.sharedUsd)
  add('idle', tally.idleTotalUsd)
  add('external', tally.externalUsd)
  return {
    ...{ cluster: of('cluster'), namespace: isIdle ? idleName : of('namespace'), service: of('service') },
    ...{ team: of('team'), environment: of('environment'), provider: of('provider') },
    ...{ from: tally.externalUsd > 0 ? ('PLACEMENT' as const) : ('ALLOCATION' as const) },
    ...{ usd: tally.totalUsd, parts },
  }
}

export const spendKey = (row: CostHourRow): string =>
  [row.cluster, row.namespace, row.service, row.team, row.environment, row.from, row.provider].join('\u0000')

/** Whether a budget takes it in. */
export function takesIn({ selector }: Pick<Budget, 'selector'>, row: SpendSubject): boolean {
  const fits = (wanted: string, value: string): boolean => wanted === '' || wanted === value
  return (
    fits(selector.team, row.team) &&
    fits(selector.environment, row.environment) &&
    fits(selector.namespace, row.namespace) &&
    fits(selector.service, row.service)
  )
}
