import type { IncidentStatus } from '@aiops/contract/model/incident'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** `id` is an incident's number or id, as in the address. */
export function useIncident(id: string) {
  return useQuery({
    queryKey: ['incident', id],
    queryFn: () => client.getIncident({ params: { id } }),
    gcTime: 15_000,
  })
}

/** What a person may do to an incident. Each reads it again when done; the live events mostly came before. */
export function useIncidentActions(id: string) {
  const cache = useQueryClient()
  const onSettled = (): void => {
    for (const key of ['incident', 'incidents', 'overview']) void cache.invalidateQueries({ queryKey: [key] })
  }
  const setStatus = useMutation({
    mutationFn: ({ status, comment }: { status: IncidentStatus; comment: string }) =>
      client.setIncidentStatus({ params: { id }, body: { status, ...(comment === '' ? {} : { comment }) } }),
    onSettled,
  })
  const comment = useMutation({
    mutationFn: (text: string) => client.commentIncident({ params: { id }, body: { comment: text } }),
    onSettled,
  })
  const diagnose = useMutation({ mutationFn: () => client.diagnoseIncident({ params: { id } }), onSettled })
  return { setStatus, comment, diagnose }
}
