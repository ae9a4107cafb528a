import { Fault } from '../../../kernel/fault.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { pageOf } from './paging.ts'

type Ids =
  | 'createCluster'
  | 'listClusters'
  | 'getClusterByName'
  | 'getCluster'
  | 'updateCluster'
  | 'deleteCluster'
  | 'getClusterStatus'
  | 'listClusterHistory'
  | 'getClusterCopy'
  | 'refreshCluster'
  | 'putClusterCredentials'
  | 'deleteClusterCredentials'
  | 'rotateClusterCredentials'
  | 'validateClusterCredentials'
  | 'getFleetSummary'
  | 'getFleetHealth'
  | 'getFleetCapabilities'
  | 'rotateFleetKey'

export function clusterHandlers({ fleet, backups }: HandlerDeps): { [K in Ids]: Handler<K> } {
  return {
    createCluster: ({ body }, { tenant }) => fleet.create(tenant, body),
    async listClusters({ query: { page, page_size, ...filter } }, { tenant }) {
      return pageOf(fleet.list(tenant, filter), page, page_size)
    },
    getClusterByName: async ({ params }, { tenant }) => fleet.getByName(tenant, params.name),
    getCluster: async ({ params }, { tenant }) => fleet.get(tenant, params.id),
    updateCluster: ({ params, body }, { tenant }) => fleet.update(tenant, params.id, body),
    async deleteCluster({ params }, { tenant }) {
      await fleet.remove(tenant, params.id)
      return null
    },
    getClusterStatus: async ({ params }, { tenant }) => fleet.status(tenant, params.id),
    async listClusterHistory({ params, query }, { tenant }) {
      const startMs = query.start === undefined ? 0 : Date.parse(query.start)
      const endMs = query.end === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(query.end)
      if (endMs < startMs) throw new Fault('VALIDATION_FAILED', 'end: must not be before start')
      const limit = query.limit + 1
      const found = await fleet.history(tenant, params.id, { startMs, endMs, limit })
      return { periods: found.slice(0, query.limit), truncated: found.length === limit }
    },
    getClusterCopy: async ({ params }, { tenant }) => fleet.copy(tenant, params.id),
    refreshCluster: ({ params }, { tenant }) => fleet.refresh(tenant, params.id),
    putClusterCredentials: ({ params, body }, { tenant }) => fleet.putCredentials(tenant, params.id, body),
    async deleteClusterCredentials({ params }, { tenant }) {
      await fleet.deleteCredentials(tenant, params.id)
      return null
    },
    async rotateClusterCredentials({ params, body }, { tenant }) {
      const { auth_type, ...fields } = body
      if (auth_type === undefined && Object.keys(fields).length > 0)
        throw new Fault('VALIDATION_FAILED', 'auth_type: is needed with new credentials')
      return fleet.rotateCredentials(tenant, params.id, auth_type && { auth_type, ...fields })
    },
    validateClusterCredentials: ({ params }, { tenant }) => fleet.validateCredentials(tenant, params.id),
    getFleetSummary: async ({ query: { group_by, group_label } }, { tenant }) =>
      fleet.summary(tenant, group_label === undefined ? group_by : `label:${group_label}`),
    getFleetHealth: async (_input, { tenant }) => fleet.health(tenant),
    getFleetCapabilities: async (_input, { tenant }) => fleet.capabilities(tenant),
    /** The master key is every tenant's: only administrators of the first tenant, the platform's own, may replace it. */
    async rotateFleetKey(_input, { tenant }) {
      if (tenant !== backups.tenant)
        throw new Fault(
          'PERMISSION_DENIED',
          `The master key is replaced by administrators of tenant ${backups.tenant}.`,
        )
      return fleet.rotateKey()
    },
  }
}
