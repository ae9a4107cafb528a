import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

export type Settlement = 'TOOK_EFFECT' | 'RUN_AGAIN' | 'ROLL_BACK'

export function useRemediationActions(id: string) {
  const cache = useQueryClient()
  const onSettled = (): void => void cache.invalidateQueries({ queryKey: ['incident'] })
  const worded = (comment: string) => (comment === '' ? {} : { comment })
  const decide = useMutation({
    mutationFn: ({ approved, comment }: { approved: boolean; comment: string }) =>
      client.approveRemediation({ params: { id }, body: { approved, ...worded(comment) } }),
    onSettled,
  })
  const settle = useMutation({
    mutationFn: ({ outcome, comment }: { outcome: Settlement; comment: string }) =>
      client.settleRemediation({ params: { id }, body: { outcome, ...worded(comment) } }),
    onSettled,
  })
  return { decide, settle }
}

export function useRunbooks() {
  return useQuery({ queryKey: ['runbooks'], queryFn: () => client.listRunbooks(), staleTime: 30_000 })
}

export function useProposal(incidentId: string) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (runbookId: string) =>
      client.executeRunbook({ params: { id: runbookId }, body: { incident_id: incidentId } }),
    onSettled: () => void cache.invalidateQueries({ queryKey: ['incident'] }),
  })
}
