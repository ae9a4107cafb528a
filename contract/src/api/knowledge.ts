import { z } from 'zod'
import { EntityId } from '../model/entity.ts'
import {
  KnowledgeDocument,
  KnowledgeHit,
  KnowledgeInput,
  KnowledgeKind,
  KnowledgeOrigin,
  KnowledgeSummary,
  SimilarIncident,
} from '../model/knowledge.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf } from './page.ts'

/** A file's document is `file:NAME`, so an id may be as long as a file's name. */
const params = z.object({ id: z.string().min(1).max(300) })
const Problem = z.object({ file: z.string(), message: z.string() })

export const knowledge = operations({
  listKnowledgeDocuments: {
    method: 'GET',
    path: '/api/v1/knowledge/documents',
    tag: 'knowledge',
    permission: 'knowledge:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'Runbooks, post-mortems, documents and past incidents, changed last first. `problems` names files that cannot be used.',
    query: Page.extend({
      kind: listOf(KnowledgeKind),
      origin: listOf(KnowledgeOrigin),
      entity: EntityId.optional(),
      tag: z.string().max(64).optional(),
      /** Part of a title or a tag. */
      search: z.string().max(200).optional(),
    }),
    response: pageOf(KnowledgeSummary).extend({
      /** Of all documents, whatever the filter. */
      counts: z.record(KnowledgeKind, z.number().int()),
      problems: z.array(Problem),
    }),
  },
  createKnowledgeDocument: {
    method: 'POST',
    path: '/api/v1/knowledge/documents',
    tag: 'knowledge',
    permission: 'knowledge:write',
    status: 201,
    errors: ['VALIDATION_FAILED', 'CONFLICT', 'BODY_TOO_LARGE'],
    summary: 'Add a document; it can be found at once. CONFLICT where there are as many as there may be.',
    body: KnowledgeInput,
    response: KnowledgeDocument,
  },
  getKnowledgeDocument: {
    method: 'GET',
    path: '/api/v1/knowledge/documents/{id}',
    tag: 'knowledge',
    permission: 'knowledge:read',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    params,
    query: z.object({ version: z.coerce.number().int().positive().optional() }),
    summary: 'One document with its text, as it is or as one of its kept versions was.',
    response: KnowledgeDocument,
  },
  listKnowledgeVersions: {
    method: 'GET',
    path: '/api/v1/knowledge/documents/{id}/versions',
    tag: 'knowledge',
    permission: 'knowledge:read',
    errors: ['NOT_FOUND'],
    params,
    summary: 'Versions that are kept of a document written here, newest first; of others only the last.',
    response: z.object({ versions: z.array(KnowledgeSummary) }),
  },
  updateKnowledgeDocument: {
    method: 'PUT',
    path: '/api/v1/knowledge/documents/{id}',
    tag: 'knowledge',
    permission: 'knowledge:write',
    errors: ['VALIDATION_FAILED', 'NOT_FOUND', 'CONFLICT', 'BODY_TOO_LARGE'],
    params,
    summary:
      'Change a document written here. `version` is the one that was read: CONFLICT where somebody was faster. What is made of a file, runbook or incident is changed there.',
    body: KnowledgeInput.extend({ version: z.number().int().positive().optional() }),
    response: KnowledgeDocument,
  },
  deleteKnowledgeDocument: {
    method: 'DELETE',
    path: '/api/v1/knowledge/documents/{id}',
    tag: 'knowledge',
    permission: 'knowledge:write',
    status: 204,
    errors: ['NOT_FOUND', 'CONFLICT'],
    params,
    summary: 'Remove a document written here, with its versions.',
    response: z.null(),
  },
  searchKnowledge: {
    method: 'GET',
    path: '/api/v1/knowledge/search',
    tag: 'knowledge',
    permission: 'knowledge:read',
    errors: ['VALIDATION_FAILED', 'RATE_LIMITED'],
    summary:
      'Documents that answer a question, best first, with the passages that do. By words (BM25F), and by meaning where an embedder is configured and the policy lets it be asked.',
    query: z.object({
      q: z.string().trim().min(1).max(500),
      kind: listOf(KnowledgeKind),
      entity: EntityId.optional(),
      limit: z.coerce.number().int().min(1).max(50).default(10),
    }),
    response: z.object({
      hits: z.array(KnowledgeHit),
      /** Documents in which a word of the question was found. */
      total: z.number().int(),
      /** Null where meaning took no part. `documents`: how many of them have vectors by now. */
      semantic: z
        .object({ model: z.string(), documents: z.number().int(), documents_total: z.number().int() })
        .nullable(),
      /** What a reader should know, for example that the embedder did not answer. */
      notes: z.array(z.string()),
    }),
  },
  listSimilarIncidents: {
    method: 'GET',
    path: '/api/v1/incidents/{id}/similar',
    tag: 'knowledge',
    permission: 'incidents:read',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    params: z.object({ id: z.string().min(1).max(64) }),
    query: z.object({ limit: z.coerce.number().int().min(1).max(20).default(5) }),
    summary:
      'Incidents that ended and are like this one, most alike first, with why, and what ended them. Few or none is an answer: what is less alike than `floor` is left out.',
    response: z.object({
      similar: z.array(SimilarIncident),
      /** With how many ended incidents it was compared. */
      compared: z.number().int(),
      /** Least score that is shown. */
      floor: z.number(),
    }),
  },
})
