import type { Deployment } from '@aiops/contract/model/deployment'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { type DeploymentSearch, deploymentQuery } from './deployment-search.ts'
import { deploymentNamed, localRequest } from './local-request.ts'

export const useDeployments = (search: DeploymentSearch) => {
  const query = deploymentQuery(search)
  return useQuery({
    queryKey: ['deployments', 'list', query],
    queryFn: () => client.listDeployments({ query }),
    placeholderData: keepPreviousData,
  })
}

export const useDeployment = (id: string) =>
  useQuery({ queryKey: ['deployment', id], queryFn: () => client.getDeployment({ params: { id } }) })

/** The deployment that a request of the local forge is the review of, where its own record says so. */
export function useDeploymentOf(request: { project: string; number: number; description: string }) {
  const id = deploymentNamed(request.description)
  const { data } = useQuery({
    queryKey: ['deployment', id],
    queryFn: () => client.getDeployment({ params: { id: id ?? '' } }),
    enabled: id !== undefined,
    retry: false,
  })
  const own = data?.merge_request ? localRequest(data.merge_request.url) : undefined
  return own?.project === request.project && own.number === String(request.number) ? data : undefined
}

export type Deeds = {
  approve: { head_sha: string; plan_sha256: string; comment: string | null }
  plan: undefined
  close: { reason: string }
  revert: { reason: string }
  review: { right: boolean; comment: string }
}

/** What a person does with a deployment. A refusal may mean that it has moved on, so it is read again either way. */
export function useDeed<K extends keyof Deeds>(id: string, deed: K) {
  const cache = useQueryClient()
  const params = { id }
  const calls: { [D in keyof Deeds]: (body: Deeds[D]) => Promise<Deployment> } = {
    approve: (body) => client.approveDeployment({ params, body }),
    plan: () => client.planDeployment({ params, body: {} }),
    close: (body) => client.closeDeployment({ params, body }),
    revert: (body) => client.revertDeployment({ params, body }),
    review: (body) => client.reviewOverride({ params, body }),
  }
  return useMutation({
    mutationFn: (body: Deeds[K]) => calls[deed](body),
    onSuccess: (deployment) => cache.setQueryData(['deployment', id], deployment),
    onSettled: (_, error) => {
      if (error) void cache.invalidateQueries({ queryKey: ['deployment', id] })
      void cache.invalidateQueries({ queryKey: ['deployments'] })
    },
  })
}
