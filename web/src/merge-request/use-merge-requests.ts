import type { MergeRequestDetail } from '@aiops/contract/model/merge-request'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { type MergeRequestSearch, mergeRequestQuery } from './merge-request-search.ts'

export const useForgeProjects = () =>
  useQuery({ queryKey: ['merge-requests', 'projects'], queryFn: () => client.listForgeProjects() })

export const useMergeRequests = (project: string, search: MergeRequestSearch) => {
  const query = mergeRequestQuery(search)
  return useQuery({
    queryKey: ['merge-requests', 'list', project, query],
    queryFn: () => client.listMergeRequests({ params: { project }, query }),
    placeholderData: keepPreviousData,
  })
}

export type RequestName = { project: string; number: number }

/** Pushes, notes and statuses of others are no event, so an open page looks now and then. */
export const useMergeRequest = (name: RequestName) =>
  useQuery({
    queryKey: ['merge-requests', 'one', name],
    queryFn: () => client.getMergeRequest({ params: name }),
    refetchInterval: 15_000,
  })

/** Read once for each head: the same commit is never another diff. */
export const useDiff = (name: RequestName, headSha: string) =>
  useQuery({
    queryKey: ['merge-request-diff', name, headSha],
    queryFn: () => client.getMergeRequestDiff({ params: name }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export type RequestDeed = 'approve' | 'unapprove' | 'merge' | 'close'

export function useRequestDeed(name: RequestName, deed: RequestDeed) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (head_sha: string): Promise<MergeRequestDetail> => {
      if (deed === 'approve') return client.approveMergeRequest({ params: name, body: { head_sha } })
      if (deed === 'merge') return client.mergeMergeRequest({ params: name, body: { head_sha } })
      return deed === 'close'
        ? client.closeMergeRequest({ params: name })
        : client.unapproveMergeRequest({ params: name })
    },
    onSettled: () => void cache.invalidateQueries({ queryKey: ['merge-requests'] }),
  })
}

export function useAddNote(name: RequestName) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (text: string) => client.addMergeRequestNote({ params: name, body: { text } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['merge-requests', 'one', name] }),
  })
}
