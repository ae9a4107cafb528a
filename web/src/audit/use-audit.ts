import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { type AuditSearch, auditQuery } from './audit-search.ts'

const pageEntries = 50
const verification = ['audit-verification'] as const

export const useAudit = (search: AuditSearch) =>
  useInfiniteQuery({
    queryKey: ['audit', search],
    queryFn: ({ pageParam }) =>
      client.listAudit({
        query: {
          ...auditQuery(search),
          limit: pageEntries,
          ...(pageParam === undefined ? {} : { before: pageParam }),
        },
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })

/** Of the last five minutes where there is one: a long log is not read again for everybody who looks. */
export const useVerification = () =>
  useQuery({
    queryKey: verification,
    queryFn: () => client.verifyAudit({ query: { fresh: 'false' } }),
    staleTime: 60_000,
  })

export function useVerifyNow() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: () => client.verifyAudit({ query: { fresh: 'true' } }),
    onSuccess: (found) => cache.setQueryData(verification, found),
  })
}
