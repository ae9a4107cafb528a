import { useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

export const useSenders = () =>
  useQuery({ queryKey: ['senders'], queryFn: () => client.listSenders(), refetchInterval: 2_000 })
export const useScrapeTargets = () =>
  useQuery({
    queryKey: ['scrape-targets'],
    queryFn: () => client.listScrapeTargets(),
    refetchInterval: 5_000,
  })
export const useStreamRules = () =>
  useQuery({ queryKey: ['stream-rules'], queryFn: () => client.listStreamRules(), refetchInterval: 5_000 })
/** Every series is looked at for it: asked once a minute at most. */
export const useCardinality = () =>
  useQuery({
    queryKey: ['cardinality'],
    queryFn: () => client.getCardinality({ query: { limit: 10 } }),
    staleTime: 60_000,
  })
