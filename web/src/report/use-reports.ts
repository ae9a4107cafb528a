import type { Api } from '@aiops/contract/api/index'
import type { OperationInput } from '@aiops/contract/api/operation'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { type ReportSearch, reportQuery } from './report-search.ts'

export type ReportBody = NonNullable<OperationInput<Api['createReport']>['body']>
export type ScheduleBody = NonNullable<OperationInput<Api['createReportSchedule']>['body']>

/** A report that is being written is looked at again, should the event that tells of it be missed. */
const pendingMs = 5_000

export const useReports = (search: ReportSearch) =>
  useQuery({
    queryKey: ['reports', reportQuery(search)],
    queryFn: () => client.listReports({ query: reportQuery(search) }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'PENDING') ? pendingMs : false,
  })

export const useReport = (id: string) =>
  useQuery({
    queryKey: ['report', id],
    queryFn: () => client.getReport({ params: { id } }),
    refetchInterval: ({ state }) => (state.data?.status === 'PENDING' ? pendingMs : false),
  })

/** What it says never changes once it is written. */
export const useReportDocument = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: ['report', id, 'document'],
    queryFn: () => client.getReportDocument({ params: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  })

export const useReportSchedules = () =>
  useQuery({ queryKey: ['report-schedules'], queryFn: () => client.listReportSchedules() })

export function useReportActions() {
  const cache = useQueryClient()
  const again = (key: string) => (): void => void cache.invalidateQueries({ queryKey: [key] })
  return {
    create: useMutation({
      mutationFn: (body: ReportBody) => client.createReport({ body }),
      onSettled: again('reports'),
    }),
    remove: useMutation({
      mutationFn: (id: string) => client.deleteReport({ params: { id } }),
      onSettled: again('reports'),
    }),
    addSchedule: useMutation({
      mutationFn: (body: ScheduleBody) => client.createReportSchedule({ body }),
      onSettled: again('report-schedules'),
    }),
    changeSchedule: useMutation({
      mutationFn: ({ id, body }: { id: string; body: ScheduleBody }) =>
        client.updateReportSchedule({ params: { id }, body }),
      onSettled: again('report-schedules'),
    }),
    removeSchedule: useMutation({
      mutationFn: (id: string) => client.deleteReportSchedule({ params: { id } }),
      onSettled: again('report-schedules'),
    }),
  }
}
