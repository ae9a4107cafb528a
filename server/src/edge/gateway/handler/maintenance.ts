import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { pageOf } from './paging.ts'

type MaintenanceHandlers = {
  [K in
    | 'listMaintenance'
    | 'createMaintenance'
    | 'previewMaintenance'
    | 'getMaintenance'
    | 'updateMaintenance'
    | 'deleteMaintenance'
    | 'previewSilence']: Handler<K>
}

/** Occurrences shown with one window. */
const occurrencesMax = 20

/** Maintenance windows, and what windows and silences would hide. */
export const maintenanceHandlers = ({
  maintenance,
  correlate,
}: Pick<HandlerDeps, 'maintenance' | 'correlate'>): MaintenanceHandlers => ({
  async listMaintenance({ query }, { tenant }) {
    const text = query.search?.toLowerCase() ?? ''
    const found = maintenance
      .list(tenant)
      .filter(({ state }) => query.state.length === 0 || query.state.includes(state))
      .filter(({ name, comment }) => [name, comment].some((part) => part.toLowerCase().includes(text)))
    return pageOf(found, query.page, query.page_size)
  },
  createMaintenance: ({ body }, { tenant, actor }) => maintenance.create(tenant, body, actor),
  previewMaintenance: ({ body }, { tenant }) => maintenance.preview(tenant, body),
  async getMaintenance({ params }, { tenant }) {
    const occurrences = maintenance.occurrences(tenant, params.id, occurrencesMax)
    return { ...maintenance.get(tenant, params.id), occurrences }
  },
  updateMaintenance: ({ params, body }, { tenant }) => maintenance.update(tenant, params.id, body),
  async deleteMaintenance({ params }, { tenant }) {
    await maintenance.delete(tenant, params.id)
    return null
  },
  previewSilence: ({ body }, { tenant }) => correlate.silences.preview(tenant, body.matchers),
})
