import type { EntityId } from '@aiops/contract/model/entity'
import type { IncidentStatus } from '@aiops/contract/model/incident'
import type { Severity } from '@aiops/contract/model/severity'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
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

/** What a person says of an incident as a whole: whose it is, how bad, why, where more is written. */
export function useIncidentEdits(id: string) {
  const edited = useEdited()
  const params = { id }
  const assign = useMutation({
    mutationFn: (assignee: string | null) => client.assignIncident({ params, body: { assignee } }),
    ...edited,
  })
  const setSeverity = useMutation({
    mutationFn: (body: { severity: Severity | null; comment?: string }) =>
      client.setIncidentSeverity({ params, body }),
    ...edited,
  })
  const confirmCause = useMutation({
    mutationFn: (body: { entity: EntityId | null; sentence: string | null }) =>
      client.confirmIncidentCause({ params, body }),
    ...edited,
  })
  const addLink = useMutation({
    mutationFn: (body: { url: string; title: string }) => client.addIncidentLink({ params, body }),
    ...edited,
  })
  const removeLink = useMutation({
    mutationFn: (linkId: string) => client.removeIncidentLink({ params: { id, linkId } }),
    ...edited,
  })
  return { assign, setSeverity, confirmCause, addLink, removeLink }
}

/** What belongs together: corrected by a person, and learned from. */
export function useMemberEdits(id: string) {
  const edited = useEdited()
  const merge = useMutation({
    mutationFn: (body: { into: string; comment?: string }) => client.mergeIncident({ params: { id }, body }),
    ...edited,
  })
  const split = useMutation({
    mutationFn: (body: { members: string[]; comment?: string }) =>
      client.splitIncident({ params: { id }, body }),
    ...edited,
  })
  const remove = useMutation({
    mutationFn: (memberId: string) => client.removeIncidentMember({ params: { id, memberId }, body: {} }),
    ...edited,
  })
  return { merge, split, remove }
}

function useEdited() {
  const cache = useQueryClient()
  return {
    onSettled: (): void => {
      for (const key of ['incident', 'incidents', 'overview', 'lessons'])
        void cache.invalidateQueries({ queryKey: [key] })
    },
  }
}

export const membersPageSize = 50

/** Alerts and anomalies of an incident, a page at a time. */
export function useMembers(id: string, { page, text }: { page: number; text: string }) {
  return useQuery({
    queryKey: ['incident', id, 'members', page, text],
    queryFn: () =>
      client.listIncidentMembers({
        params: { id },
        query: { page, page_size: membersPageSize, ...(text && { text }) },
      }),
    placeholderData: keepPreviousData,
  })
}

/** Incidents that another one may be merged into. */
export function useOpenIncidents(enabled: boolean) {
  return useQuery({
    queryKey: ['incidents', 'open', 'all'],
    queryFn: () =>
      client.listIncidents({
        query: {
          status: ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'],
          severity: [],
          limit: 200,
          sort: '-updated_at',
        },
      }),
    enabled,
  })
}
