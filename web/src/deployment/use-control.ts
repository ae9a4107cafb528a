import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

export type Control = OperationOutput<Api['getDeploymentControl']>

const drift = ['deployments', 'drift'] as const
const control = ['deployments', 'control'] as const

export const usePolicy = () =>
  useQuery({ queryKey: ['deployments', 'policy'], queryFn: () => client.getPolicy() })

export const usePipelineEvents = () =>
  useQuery({ queryKey: ['deployments', 'events'], queryFn: () => client.listDeploymentEvents() })

export const useControl = () =>
  useQuery({ queryKey: control, queryFn: () => client.getDeploymentControl(), refetchInterval: 30_000 })

export function useKillSwitch() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: { on: boolean; reason: string }) => client.setKillSwitch({ body }),
    onSettled: () => void cache.invalidateQueries({ queryKey: ['deployments'] }),
  })
}

export const useDrift = () =>
  useQuery({ queryKey: drift, queryFn: () => client.listDrift(), refetchInterval: 60_000 })

/** One stack, or all that there are. The look takes as long as a plan does. */
export function useDriftLook() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: { repository?: string; stack?: string }) => client.checkDrift({ body }),
    onSettled: () => void cache.invalidateQueries({ queryKey: drift }),
  })
}
