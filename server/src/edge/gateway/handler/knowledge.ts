import type { Library } from '../../../service/library/index.ts'
import type { Handler } from '../handler-deps.ts'
import { pageOf } from './paging.ts'

type KnowledgeHandlers = {
  [K in
    | 'listKnowledgeDocuments'
    | 'createKnowledgeDocument'
    | 'getKnowledgeDocument'
    | 'listKnowledgeVersions'
    | 'updateKnowledgeDocument'
    | 'deleteKnowledgeDocument'
    | 'searchKnowledge'
    | 'listSimilarIncidents']: Handler<K>
}

/** Documents, search in them, and incidents like another. */
export const knowledgeHandlers = ({ library }: { library: Library }): KnowledgeHandlers => ({
  async listKnowledgeDocuments({ query }, { tenant }) {
    const { kind, origin, entity, tag, search } = query
    const found = library.list(tenant, { kinds: kind, origins: origin, entity, tag, text: search })
    return {
      ...pageOf(found, query.page, query.page_size),
      ...{ counts: library.counts(tenant), problems: library.problems(tenant) },
    }
  },
  createKnowledgeDocument: ({ body }, { tenant, actor }) => library.create(tenant, actor, body),
  getKnowledgeDocument: ({ params, query }, { tenant }) => library.get(tenant, params.id, query.version),
  listKnowledgeVersions: async ({ params }, { tenant }) => ({
    versions: await library.versions(tenant, params.id),
  }),
  updateKnowledgeDocument({ params, body }, { tenant, actor }) {
    const { version, ...input } = body
    return library.update(tenant, actor, params.id, input, version)
  },
  async deleteKnowledgeDocument({ params }, { tenant }) {
    await library.delete(tenant, params.id)
    return null
  },
  searchKnowledge: ({ query }, { tenant }) =>
    library.search(tenant, {
      ...{ text: query.q, kinds: query.kind, entity: query.entity, limit: query.limit },
    }),
  listSimilarIncidents: ({ params, query }, { tenant }) => library.similar(tenant, params.id, query.limit),
})
