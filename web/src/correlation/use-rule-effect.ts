import type { RuleDeed } from '@aiops/contract/model/correlation-rule'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { incidentsOf, undoDeeds } from './rule-effect.ts'

const keyOf = (id: string) => ['correlation-rules', id, 'incidents'] as const

const effectOf = (id: string) => ({
  queryKey: keyOf(id),
  queryFn: () => client.getCorrelationRuleEffect({ params: { id } }),
})

export const useRuleEffect = (id: string) => useQuery(effectOf(id))

/** Whether a rule, as it was just saved, would change an open incident. */
export function useChangesIncidents(): (id: string) => Promise<boolean> {
  const cache = useQueryClient()
  return async (id) => incidentsOf(await cache.fetchQuery({ ...effectOf(id), staleTime: 0 })).length > 0
}

export function useRuleEffectActions(id: string) {
  const cache = useQueryClient()
  const onSettled = (): void => {
    for (const queryKey of [keyOf(id), ['incidents'], ['incident'], ['alerts']])
      void cache.invalidateQueries({ queryKey })
  }
  const apply = useMutation({
    mutationFn: (incidents: string[]) => client.applyCorrelationRule({ params: { id }, body: { incidents } }),
    onSettled,
  })
  const undo = useMutation({
    mutationFn: (deeds: readonly RuleDeed[]) =>
      undoDeeds(deeds, {
        split: async (from, members) =>
          (await client.splitIncident({ params: { id: from }, body: { members: [...members] } })).id,
        merge: async (from, into) => {
          await client.mergeIncident({ params: { id: from }, body: { into } })
        },
      }),
    onSettled,
  })
  return { apply, undo }
}
