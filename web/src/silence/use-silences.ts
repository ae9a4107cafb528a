import type { Matcher } from '@aiops/contract/model/label'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

export const useSilences = () =>
  useQuery({ queryKey: ['silences'], queryFn: () => client.listSilences(), refetchInterval: 10_000 })

export function useSilenceActions() {
  const cache = useQueryClient()
  const onSettled = (): void => void cache.invalidateQueries({ queryKey: ['silences'] })
  const create = useMutation({
    mutationFn: (silence: { matchers: Matcher[]; hours: number; comment: string }) =>
      client.createSilence({
        body: {
          matchers: silence.matchers,
          ends_at: new Date(Date.now() + silence.hours * 3_600_000).toISOString(),
          comment: silence.comment,
        },
      }),
    onSettled,
  })
  const expire = useMutation({
    mutationFn: (id: string) => client.expireSilence({ params: { id } }),
    onSettled,
  })
  const preview = useMutation({
    mutationFn: (matchers: Matcher[]) => client.previewSilence({ body: { matchers } }),
  })
  return { create, expire, preview }
}
