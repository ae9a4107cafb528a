import type { Learning } from '../../../service/learning/index.ts'
import type { Handler } from '../handler-deps.ts'

type DetectionModelHandlers = {
  [K in
    | 'listCorrections'
    | 'listDetectionModels'
    | 'getDetectionModel'
    | 'listModelVersions'
    | 'getModelVersion'
    | 'rebuildModelVersion'
    | 'trainModel'
    | 'promoteModelVersion'
    | 'rollbackModel'
    | 'getModelDrift']: Handler<K>
}

/** What detection has learned, as versions: shown, trained, put in force and taken back. */
export const detectionModelHandlers = ({ learning }: { learning: Learning }): DetectionModelHandlers => ({
  listCorrections: (_, { tenant }) => learning.corrections(tenant),
  listDetectionModels: async (_, { tenant }) => ({ models: await learning.models(tenant) }),
  getDetectionModel: ({ params }, { tenant }) => learning.model(tenant, params.id),
  listModelVersions: async ({ params }, { tenant }) => ({
    versions: await learning.versions(tenant, params.id),
  }),
  getModelVersion: ({ params }, { tenant }) => learning.version(tenant, params.id, params.number),
  rebuildModelVersion: ({ params }, { tenant }) => learning.rebuild(tenant, params.id, params.number),
  trainModel: ({ params, body }, { tenant, actor }) => learning.train(tenant, params.id, actor, body.comment),
  promoteModelVersion: ({ params, body }, { tenant, actor }) =>
    learning.promote(tenant, params.id, params.number, actor, body.comment),
  rollbackModel: ({ params, body }, { tenant, actor }) =>
    learning.rollback(tenant, params.id, actor, body.comment),
  getModelDrift: ({ params }, { tenant }) => learning.drift(tenant, params.id),
})
