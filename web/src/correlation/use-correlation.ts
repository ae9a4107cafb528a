import type { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

export const rulesShown = 200
export const lessonsPageSize = 50

export const useRules = () =>
  useQuery({
    queryKey: ['correlation-rules'],
    queryFn: () =>
      client.listCorrelationRules({ query: { action: [], origin: [], page: 1, page_size: rulesShown } }),
    refetchInterval: 30_000,
  })

export function useRuleActions() {
  const cache = useQueryClient()
  const onSettled = (): void => void cache.invalidateQueries({ queryKey: ['correlation-rules'] })
  const save = useMutation({
    mutationFn: ({ id, body }: { id: string | undefined; body: CorrelationRuleInput }) =>
      id === undefined
        ? client.createCorrelationRule({ body })
        : client.updateCorrelationRule({ params: { id }, body }),
    onSettled,
  })
  const preview = useMutation({
    mutationFn: ({ id, rule }: { id: string | undefined; rule: CorrelationRuleInput }) =>
      client.previewCorrelationRule({ body: { rule, ...(id === undefined ? {} : { id }) } }),
  })
  const remove = useMutation({
    mutationFn: (id: string) => client.deleteCorrelationRule({ params: { id } }),
    onSettled,
  })
  return { save, preview, remove }
}

export function useAlertmanagerImport() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: { yaml: string; dry_run: boolean }) =>
      client.importAlertmanagerConfiguration({ body }),
    onSettled: () => {
      for (const key of ['correlation-rules', 'maintenance', 'silences'])
        void cache.invalidateQueries({ queryKey: [key] })
    },
  })
}

export const useLessons = (page: number) =>
  useQuery({
    queryKey: ['lessons', page],
    queryFn: () => client.listCorrelationLessons({ query: { page, page_size: lessonsPageSize } }),
  })

export function useForgetting() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.forgetCorrelationLesson({ params: { id } }),
    onSettled: () => void cache.invalidateQueries({ queryKey: ['lessons'] }),
  })
}
