import { queryOptions, useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** No event tells of these; findings about them do, and then they are read again at once (`shell/live-cache.ts`). */
const every = { refetchInterval: 10_000 }
const all = { query: { cluster_ids: [] } }

export const useCnfWorkloads = () =>
  useQuery({
    queryKey: ['cnf', 'workloads'],
    queryFn: () => client.listCnfWorkloads({ query: { cluster_ids: [], cnf_type: [] } }),
    ...every,
  })
export const usePtpStatus = () =>
  useQuery({ queryKey: ['cnf', 'ptp'], queryFn: () => client.listPtpStatus(all), ...every })
export const useSriovStatus = () =>
  useQuery({ queryKey: ['cnf', 'sriov'], queryFn: () => client.listSriovStatus(all), ...every })
export const useCnfKpis = () =>
  useQuery({ queryKey: ['cnf', 'kpis'], queryFn: () => client.listCnfKpis(all), ...every })

const dpdkQuery = (cluster_id: string, pod_name: string) =>
  queryOptions({
    queryKey: ['cnf', 'dpdk', cluster_id, pod_name],
    queryFn: () => client.getDpdkStats({ query: { cluster_id, pod_name } }),
    refetchInterval: 5_000,
  })
export const useDpdkStats = (cluster: string, pod: string) => useQuery(dpdkQuery(cluster, pod))

/** Grandmasters that were lost, which explain the clocks below them. */
export const useGrandmasterFindings = () =>
  useQuery({
    queryKey: ['findings', 'cnf', 'grandmaster'],
    queryFn: () =>
      client.listFindings({
        query: {
          ...{ cluster_ids: [], area: ['CNF'], severity: [], analyzer: [], rule: ['ptp-grandmaster-lost'] },
          page_size: 50,
        },
      }),
    refetchInterval: 30_000,
  })
