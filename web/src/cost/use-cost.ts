import type { Api } from '@aiops/contract/api/index'
import type { OperationInput, OperationOutput } from '@aiops/contract/api/operation'
import type { BudgetInput } from '@aiops/contract/model/budget'
import type { Decision } from '@aiops/contract/model/decision'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { pageSize, usePagedList } from '../shell/use-paged-list.ts'
import {
  type AllocationKey,
  type CostSearch,
  decisionQuery,
  type SpendRange,
  spendRanges,
} from './cost-search.ts'

export type CostOverview = OperationOutput<Api['getCostOverview']>
export type Reading = OperationOutput<Api['listProviderTelemetry']>['readings'][number]
export type Allocations = OperationOutput<Api['listAllocations']>
export type Calibration = OperationOutput<Api['getCalibration']>
export type Saving = OperationOutput<Api['listSavings']>['savings'][number]
export type PriceBooks = OperationOutput<Api['listPriceBooks']>
export type WhatIf = OperationInput<Api['decideNow']>['body']

export type ReplayBody = OperationInput<Api['replayDecisions']>['body']
export type Replayed = OperationOutput<Api['replayDecisions']>
export type PlacementInput = {
  service: string
  provider: string
  region: string | null
  instance: string | null
}

/** Events say when something was decided; the slow rhythm is for ages, and for what a lost event would have said. */
const every = { refetchInterval: 15_000 }
const slowly = { refetchInterval: 60_000 }

export const useCostOverview = () =>
  useQuery({ queryKey: ['cost', 'overview'], queryFn: () => client.getCostOverview(), ...every })

export const useOpportunities = () =>
  useQuery({ queryKey: ['cost', 'opportunities'], queryFn: () => client.listOpportunities(), ...slowly })

export const useProviderTelemetry = () =>
  useQuery({
    queryKey: ['cost', 'telemetry'],
    queryFn: () => client.listProviderTelemetry({ query: { service: [] } }),
    ...every,
  })

export const useAllocations = (by: AllocationKey, range: SpendRange, spread: boolean) =>
  useQuery({
    queryKey: ['cost', 'allocations', by, range, spread],
    queryFn: () =>
      client.listAllocations({
        query: {
          ...{ aggregate: [by], duration: range, step: spendRanges[range] },
          ...{ include_idle: 'true', share_idle: String(spread) },
        },
      }),
    placeholderData: keepPreviousData,
    ...slowly,
  })

export const useUnitCosts = (range: SpendRange) =>
  useQuery({
    queryKey: ['cost', 'units', range],
    queryFn: () => client.listUnitCosts({ query: { duration: range } }),
    placeholderData: keepPreviousData,
    ...slowly,
  })

export const usePriceBooks = () =>
  useQuery({ queryKey: ['cost', 'prices'], queryFn: () => client.listPriceBooks(), ...slowly })

export const useBudgets = () =>
  useQuery({ queryKey: ['cost', 'budgets'], queryFn: () => client.listBudgets(), ...slowly })

export const useCalibration = () =>
  useQuery({ queryKey: ['decisions', 'calibration'], queryFn: () => client.getCalibration(), ...slowly })

export const useSavings = () =>
  useQuery({
    queryKey: ['decisions', 'savings'],
    queryFn: () => client.listSavings({ query: { duration: '90d' } }),
    ...slowly,
  })

export function useDecisions(search: CostSearch) {
  const query = decisionQuery(search)
  return usePagedList(
    ['decisions', 'list', query],
    (page) => client.listDecisions({ query: { ...query, page, page_size: pageSize } }),
    60_000,
  )
}

/** The newest, of all services. */
export const useLatestDecisions = (count: number) =>
  useQuery({
    queryKey: ['decisions', 'latest', count],
    queryFn: () =>
      client.listDecisions({ query: { service: [], action: [], state: [], page: 1, page_size: count } }),
  })

/** The newest deployments; who may not see them sees a feed without. */
export const useLatestDeployments = (count: number) =>
  useQuery({
    queryKey: ['deployments', 'latest', count],
    queryFn: () => client.listDeployments({ query: { service: [], state: [], page: 1, page_size: count } }),
    retry: false,
  })

export const useDecision = (id: string) =>
  useQuery({ queryKey: ['decisions', 'one', id], queryFn: () => client.getDecision({ params: { id } }) })

export function useDecisionActions(id: string) {
  const cache = useQueryClient()
  const onSettled = (): void => {
    for (const key of ['decisions', 'cost', 'deployments']) void cache.invalidateQueries({ queryKey: [key] })
  }
  return {
    propose: useMutation({
      mutationFn: (comment: string) => client.proposeDecision({ params: { id }, body: { comment } }),
      onSettled,
    }),
    drop: useMutation({
      mutationFn: (reason: string) => client.dropDecision({ params: { id }, body: { reason } }),
      onSuccess: (dropped: Decision) => cache.setQueryData(['decisions', 'one', id], dropped),
      onSettled,
    }),
  }
}

/** A period decided again; like what is decided as if, it is kept nowhere. */
export const useReplay = () =>
  useMutation({ mutationFn: (body: ReplayBody) => client.replayDecisions({ body }) })

export function usePlace() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ service, ...body }: PlacementInput) => client.putPlacement({ params: { service }, body }),
    onSettled: () => void cache.invalidateQueries({ queryKey: ['cost'] }),
  })
}

/** Nothing is kept of it, here as there. */
export const useDecideNow = () => useMutation({ mutationFn: (body: WhatIf) => client.decideNow({ body }) })

export function useBudgetActions() {
  const cache = useQueryClient()
  const onSettled = (): void => void cache.invalidateQueries({ queryKey: ['cost', 'budgets'] })
  return {
    save: useMutation({
      mutationFn: ({ id, body }: { id: string | undefined; body: BudgetInput }) =>
        id === undefined ? client.createBudget({ body }) : client.updateBudget({ params: { id }, body }),
      onSettled,
    }),
    remove: useMutation({ mutationFn: (id: string) => client.deleteBudget({ params: { id } }), onSettled }),
  }
}
