import type { Api } from '@aiops/contract/api/index'
import type { OperationInput } from '@aiops/contract/api/operation'
import type { Cluster } from '@aiops/contract/model/cluster'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import type { Fleet } from './cluster-live.ts'

/** What the fleet page knows of it is shown until it is read anew. */
export function useCluster(id: string) {
  const cache = useQueryClient()
  return useQuery({
    queryKey: ['cluster', id],
    queryFn: () => client.getCluster({ params: { id } }),
    placeholderData: () => cache.getQueryData<Fleet>(['clusters'])?.find((one) => one.id === id),
    refetchInterval: 15_000,
  })
}

export function useClusterOverview(id: string) {
  return useQuery({
    queryKey: ['cluster-overview', id],
    queryFn: () => client.getClusterOverview({ params: { id } }),
    refetchInterval: 10_000,
  })
}

export function useClusterHistory(id: string) {
  return useQuery({
    queryKey: ['cluster-history', id, 'week'],
    queryFn: () => client.listClusterHistory({ params: { id }, query: { limit: 1_000 } }),
    refetchInterval: 60_000,
  })
}

export function useClusterCopy(id: string) {
  return useQuery({
    queryKey: ['cluster-copy', id],
    queryFn: () => client.getClusterCopy({ params: { id } }),
    refetchInterval: 30_000,
  })
}

export function useClusterRbac(id: string) {
  return useQuery({
    queryKey: ['cluster-rbac', id],
    queryFn: () => client.getClusterRbac({ params: { id } }),
    staleTime: 60_000,
  })
}

export type ClusterChanges = OperationInput<Api['updateCluster']>['body']
export type Credentials = OperationInput<Api['putClusterCredentials']>['body']

/** What a person may do to a cluster. No answer holds a secret, and none that was sent is kept. */
export function useClusterActions(id: string) {
  const cache = useQueryClient()
  const put = (cluster: Cluster): void => {
    cache.setQueryData<Cluster>(['cluster', id], cluster)
    cache.setQueryData<Fleet>(['clusters'], (old) => old?.map((one) => (one.id === id ? cluster : one)))
    for (const key of ['cluster-history', 'cluster-overview', 'cluster-copy', 'cluster-rbac'])
      void cache.invalidateQueries({ queryKey: [key, id] })
  }
  const readAgain = (): void => void cache.invalidateQueries({ queryKey: ['cluster', id] })
  const params = { id }
  const refresh = useMutation({ mutationFn: () => client.refreshCluster({ params }), onSuccess: put })
  const update = useMutation({
    mutationFn: (body: ClusterChanges) => client.updateCluster({ params, body }),
    onSuccess: put,
  })
  // `gcTime: 0`: what was sent is not kept in memory after it was.
  const store = useMutation({
    mutationFn: (body: Credentials) => client.putClusterCredentials({ params, body }),
    onSuccess: readAgain,
    gcTime: 0,
  })
  const rotate = useMutation({
    mutationFn: (body: Partial<Credentials>) => client.rotateClusterCredentials({ params, body }),
    onSuccess: readAgain,
    gcTime: 0,
  })
  const validate = useMutation({
    mutationFn: () => client.validateClusterCredentials({ params }),
    onSuccess: readAgain,
  })
  const forget = useMutation({
    mutationFn: () => client.deleteClusterCredentials({ params }),
    onSuccess: readAgain,
  })
  const remove = useMutation({
    mutationFn: () => client.deleteCluster({ params }),
    onSuccess: () => {
      cache.setQueryData<Fleet>(['clusters'], (old) => old?.filter((one) => one.id !== id))
    },
  })
  return { refresh, update, store, rotate, validate, forget, remove }
}
