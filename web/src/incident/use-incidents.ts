import type { Api } from '@aiops/contract/api/index'
import type { OperationInput } from '@aiops/contract/api/operation'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

type Query = NonNullable<OperationInput<Api['listIncidents']>['query']>
/** Lists that may be left out. */
export type IncidentsQuery = Partial<Query>

export function useIncidents(query: IncidentsQuery, enabled = true) {
  return useQuery({
    queryKey: ['incidents', query],
    queryFn: () => client.listIncidents({ query: { status: [], severity: [], ...query } }),
    placeholderData: keepPreviousData,
    enabled,
  })
}
