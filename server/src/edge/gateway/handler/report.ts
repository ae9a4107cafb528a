import type { Intelligence } from '../../../service/intelligence/index.ts'
import type { Handler } from '../handler-deps.ts'

type Operations =
  | 'createReport'
  | 'listReports'
  | 'getReport'
  | 'getReportDocument'
  | 'deleteReport'
  | 'listReportSchedules'
  | 'createReportSchedule'
  | 'updateReportSchedule'
  | 'deleteReportSchedule'

/** Reports and when they are made again. */
export function reportHandlers({ reports }: Pick<Intelligence, 'reports'>): {
  [K in Operations]: Handler<K>
} {
  return {
    createReport: ({ body }, caller) => reports.create(caller, body),
    async listReports({ query: { page, page_size, report_type, search } }, { tenant }) {
      const filter = { type: report_type, search, page, pageSize: page_size }
      const { reports: items, total } = await reports.list(tenant, filter)
      return { items, total, page, page_size, total_pages: Math.ceil(total / page_size) }
    },
    getReport: ({ params }, { tenant }) => reports.get(tenant, params.id),
    getReportDocument: ({ params }, { tenant }) => reports.document(tenant, params.id),
    async deleteReport({ params }, { tenant }) {
      await reports.delete(tenant, params.id)
      return null
    },
    listReportSchedules: async (_input, { tenant }) => ({ schedules: await reports.schedules(tenant) }),
    createReportSchedule: ({ body }, caller) => reports.addSchedule(caller, body),
    updateReportSchedule: ({ params, body }, { tenant }) => reports.changeSchedule(tenant, params.id, body),
    async deleteReportSchedule({ params }, { tenant }) {
      await reports.deleteSchedule(tenant, params.id)
      return null
    },
  }
}
