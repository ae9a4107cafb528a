import { useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** Rates in it are patched by PIPELINE_STATS as they come; the rest, top processes included, is read again every 5 s. */
export function useOverview() {
  return useQuery({ queryKey: ['overview'], queryFn: () => client.getOverview(), refetchInterval: 5_000 })
}
