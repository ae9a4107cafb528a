import type { AnomalyVerdict } from '@aiops/contract/model/feedback'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** What was said of one anomaly, and saying it. */
export function useFeedback(id: string) {
  const cache = useQueryClient()
  const { data, error } = useQuery({
    queryKey: ['feedback', 'of', id],
    queryFn: () =>
      client.listFeedback({
        query: { target: 'ANOMALY', target_id: id, verdict: [], state: [], page_size: 50 },
      }),
  })
  const label = useMutation({
    mutationFn: (body: { verdict: AnomalyVerdict; explanation: string }) =>
      client.labelAnomaly({ params: { id }, body }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['feedback'] }),
  })
  return { labels: data?.items, error, label }
}
