import type { Api } from '@aiops/contract/api/index'
import type { OperationInput } from '@aiops/contract/api/operation'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { pageSize, usePagedList } from '../shell/use-paged-list.ts'
import { type ObjectName, startOf, type TabSearch } from './tab-search.ts'

/** No event tells of pods: they are asked for again. What was does not change. */
const refetchMs = 5_000
const unlessPast = (at: string | undefined): number | false => (at === undefined ? refetchMs : false)

export function usePods(id: string, search: TabSearch) {
  const { namespace = '', phase = '', node = '', text = '', problems = false, at } = search
  const query = {
    namespace,
    phase,
    node,
    search: text,
    problems: String(problems),
    ...(at === undefined ? {} : { at }),
  }
  return usePagedList(
    ['pods', id, query],
    (page) => client.listPods({ params: { id }, query: { ...query, page, page_size: pageSize } }),
    unlessPast(at),
  )
}

export function usePod(id: string, { namespace, name }: ObjectName, at: string | undefined) {
  const query = { namespace, search: name, page_size: pageSize, ...(at === undefined ? {} : { at }) }
  return useQuery({
    queryKey: ['pod', id, query],
    queryFn: () => client.listPods({ params: { id }, query }),
    select: ({ items }) => items.find((one) => one.name === name) ?? null,
    refetchInterval: unlessPast(at),
  })
}

export function useWorkloads(id: string, search: TabSearch) {
  const { namespace = '', kind = '', text = '', problems = false } = search
  const query = { namespace, kind, search: text, problems: String(problems) }
  return usePagedList(
    ['workloads', id, query],
    (page) => client.listWorkloads({ params: { id }, query: { ...query, page, page_size: pageSize } }),
    refetchMs,
  )
}

export function useNodes(id: string, at: string | undefined) {
  return useQuery({
    queryKey: ['nodes', id, at],
    queryFn: () => client.listNodes({ params: { id }, query: at === undefined ? {} : { at } }),
    placeholderData: keepPreviousData,
    refetchInterval: unlessPast(at),
  })
}

type EventFilter = { namespace?: string; kind?: string; name?: string; reason?: string; type?: 'Warning' }
export const eventsMax = 2_000

export function useKubernetesEvents(id: string, filter: EventFilter, span: TabSearch['span']) {
  return useQuery({
    queryKey: ['kubernetes-events', id, filter, span],
    queryFn: () =>
      client.listKubernetesEvents({
        params: { id },
        query: { ...filter, start: startOf(span, Date.now()), limit: eventsMax },
      }),
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
  })
}

type ChangeFilter = { namespace?: string; kind?: string; name?: string; causes?: boolean }
export const changesMax = 1_000

export function useClusterChanges(id: string, filter: ChangeFilter, span: TabSearch['span']) {
  return useQuery({
    queryKey: ['cluster-changes', id, filter, span],
    queryFn: () =>
      client.listClusterChanges({
        params: { id },
        query: {
          ...filter,
          causes: String(filter.causes ?? false),
          start: startOf(span, Date.now()),
          limit: changesMax,
        },
      }),
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
  })
}

export function useClusterObject(id: string, object: ObjectName, at: string | undefined) {
  const params = { id, ...object, namespace: object.namespace || '-' }
  return useQuery({
    queryKey: ['cluster-object', params, at],
    queryFn: () => client.getClusterObject({ params, query: at === undefined ? {} : { at } }),
    refetchInterval: unlessPast(at),
  })
}

export type LogsQuery = Partial<NonNullable<OperationInput<Api['getPodLogs']>['query']>>

export function usePodLogs(id: string, { namespace, name }: ObjectName, query: LogsQuery, follow: boolean) {
  return useQuery({
    queryKey: ['pod-logs', id, namespace, name, query],
    queryFn: () => client.getPodLogs({ params: { id, namespace, name }, query }),
    placeholderData: keepPreviousData,
    refetchInterval: follow ? 3_000 : false,
    retry: false,
  })
}

export function useClusterGraph(id: string, namespace: string, at: string | undefined, limit: number) {
  return useQuery({
    queryKey: ['cluster-graph', id, namespace, at, limit],
    queryFn: () =>
      client.getClusterGraph({
        params: { id },
        query: { namespace, limit, ...(at === undefined ? {} : { at }) },
      }),
    placeholderData: keepPreviousData,
    refetchInterval: at === undefined ? 10_000 : false,
  })
}

export const flowsMax = 2_000

export function useNetworkFlows(id: string, namespace: string) {
  return useQuery({
    queryKey: ['network-flows', id, namespace],
    queryFn: () => client.listNetworkFlows({ params: { id }, query: { namespace, limit: flowsMax } }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })
}

export function useDiagnostics(id: string) {
  return useQuery({
    queryKey: ['cluster-diagnostics', id],
    queryFn: () => client.getClusterDiagnostics({ params: { id } }),
    refetchInterval: 15_000,
  })
}

/** Pods of a workload, or on a node. The server takes the name of an owner within a namespace. */
export function useOwnedPods(id: string, object: ObjectName, at: string | undefined) {
  const of =
    object.kind === 'Node' ? { node: object.name } : { namespace: object.namespace, owner: object.name }
  const query = { ...of, page_size: pageSize, ...(at === undefined ? {} : { at }) }
  return useQuery({
    queryKey: ['pods', id, 'of', query],
    queryFn: () => client.listPods({ params: { id }, query }),
    refetchInterval: unlessPast(at),
  })
}
