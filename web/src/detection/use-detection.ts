import type { DetectionSettingsInput } from '@aiops/contract/model/detection'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { pageSize, usePagedList } from '../shell/use-paged-list.ts'
import { type DetectionSearch, detectorQuery } from './detection-search.ts'

/** What a replay looks back on. */
const replayMs = 24 * 3_600_000

export function useDetectors(search: DetectionSearch) {
  const query = detectorQuery(search)
  return usePagedList(
    ['detection', 'detectors', query],
    (page) => client.listDetectors({ query: { ...query, page, page_size: pageSize } }),
    30_000,
  )
}

export const useFunnel = () =>
  useQuery({
    queryKey: ['detection', 'funnel'],
    queryFn: () => client.getDetectionFunnel(),
    refetchInterval: 30_000,
  })

export const useSettings = () =>
  useQuery({ queryKey: ['detection', 'settings'], queryFn: () => client.getDetectionSettings() })

export function useSettingActions() {
  const cache = useQueryClient()
  return {
    save: useMutation({
      mutationFn: (body: DetectionSettingsInput & { revision: number }) =>
        client.putDetectionSettings({ body }),
      onSuccess: () => cache.invalidateQueries({ queryKey: ['detection'] }),
    }),
    replay: useMutation({
      mutationFn: (settings: DetectionSettingsInput) => {
        const to = Date.now()
        return client.replayDetection({
          body: { from: new Date(to - replayMs).toISOString(), to: new Date(to).toISOString(), settings },
        })
      },
    }),
  }
}

export const useEffectOfFeedback = () =>
  useQuery({ queryKey: ['feedback', 'effect'], queryFn: () => client.getFeedbackEffect() })

export const useCorrections = () =>
  useQuery({ queryKey: ['detection', 'corrections'], queryFn: () => client.listCorrections() })

export const useModels = () =>
  useQuery({ queryKey: ['detection', 'models'], queryFn: () => client.listDetectionModels() })

export const useVersions = (id: string) =>
  useQuery({
    queryKey: ['detection', 'models', id],
    queryFn: () => client.listModelVersions({ params: { id } }),
  })

/** Labels that wait for a review. */
export const useQuarantine = () =>
  useQuery({
    queryKey: ['feedback', 'quarantine'],
    queryFn: () => client.listFeedback({ query: { state: ['QUARANTINED'], verdict: [], page_size: 50 } }),
  })

export function useModelActions() {
  const cache = useQueryClient()
  const onSuccess = (): void => {
    void cache.invalidateQueries({ queryKey: ['detection'] })
    void cache.invalidateQueries({ queryKey: ['feedback'] })
  }
  return {
    train: useMutation({
      mutationFn: (id: string) => client.trainModel({ params: { id }, body: {} }),
      onSuccess,
    }),
    promote: useMutation({
      mutationFn: ({ id, number }: { id: string; number: number }) =>
        client.promoteModelVersion({ params: { id, number }, body: {} }),
      onSuccess,
    }),
    rollback: useMutation({
      mutationFn: (id: string) => client.rollbackModel({ params: { id }, body: {} }),
      onSuccess,
    }),
    review: useMutation({
      mutationFn: ({ id, decision }: { id: string; decision: 'ACCEPT' | 'REJECT' }) =>
        client.reviewFeedback({ params: { id }, body: { decision } }),
      onSuccess,
    }),
  }
}
