import { useQuery } from '@tanstack/react-query'
import { useCostOverview } from '../cost/use-cost.ts'
import { client } from '../shell/api.ts'

/** Counts are the totals of pages of one. Who may not read costs or deployments sees an overview without them. */
export function useCostGlance() {
  const one = { page: 1, page_size: 1, service: [] }
  const { data: overview } = useCostOverview()
  const { data: open } = useQuery({
    queryKey: ['decisions', 'open'],
    queryFn: () => client.listDecisions({ query: { ...one, action: [], state: ['RECOMMENDED', 'HELD'] } }),
    enabled: overview !== undefined && overview.spend.by_service.length > 0,
    refetchInterval: 60_000,
    retry: false,
  })
  const { data: waiting } = useQuery({
    queryKey: ['deployments', 'waiting'],
    queryFn: () => client.listDeployments({ query: { ...one, state: ['AWAITING_APPROVAL'] } }),
    refetchInterval: 60_000,
    retry: false,
  })
  return { overview, open: open?.total, waiting: waiting?.total }
}
