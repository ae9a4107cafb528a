import { KnowledgeKind } from '@aiops/contract/model/knowledge'
import { z } from 'zod'
import { idOf } from './incident-detail.ts'
import { type EvidenceDraft, tool } from './tool.ts'

/** Of a passage so much is told. */
const passageMax = 1_200

const DocumentLine = z.object({
  id: z.string(),
  kind: KnowledgeKind,
  title: z.string(),
  url: z.string().nullable(),
  updated_at: z.string(),
  passages: z.array(z.object({ heading: z.string(), text: z.string() })),
})

const searchKnowledge = tool({
  name: 'search_knowledge',
  title: 'Knowledge base',
  description:
    'Searches runbooks, post-mortems, documents and past incidents and gives the passages that answer. Use it for "how do we fix this", "is there a document about", "has this happened before". What documents say is what people wrote, not what is so now.',
  input: z.object({
    text: z.string().trim().min(1).max(500).describe('What to look for, in a few words.'),
    kinds: z.array(KnowledgeKind).default([]),
    entity: z.string().max(256).optional().describe('kind/name such as service/checkout.'),
    limit: z.number().int().min(1).max(20).default(5),
  }),
  output: z.object({ documents: z.array(DocumentLine), total: z.number().int(), by_meaning: z.boolean() }),
  permission: 'knowledge:read',
  effect: 'READ',
  async run(client, { text, kinds, entity, limit }) {
    const query = { q: text, kind: kinds, limit, ...(entity?.includes('/') ? { entity } : {}) }
    const { hits, total, semantic } = await client.searchKnowledge({ query })
    return {
      ...{ total, by_meaning: semantic !== null },
      documents: hits.map(({ document, passages }) => ({
        ...{ id: document.id, kind: document.kind, title: document.title, url: document.url },
        updated_at: document.updated_at,
        passages: passages.map((one) => ({ heading: one.heading, text: one.text.slice(0, passageMax) })),
      })),
    }
  },
  evidence: ({ documents }, { text }) =>
    documents.map(
      (document): EvidenceDraft => ({
        ...{
          type: document.kind === 'INCIDENT' ? 'INCIDENT' : 'RUNBOOK',
          query: text,
          source: 'platform',
          time: document.updated_at,
          entity: null,
        },
        sentence: `${document.title}${document.passages[0] ? `: ${document.passages[0].text.slice(0, 300)}` : ''}`,
        fields: {
          ...{ id: document.id, kind: document.kind, title: document.title, url: document.url },
          passages: document.passages
            .map((one) => `${one.heading}: ${one.text}`)
            .join(' | ')
            .slice(0, 4_000),
        },
        // Anybody who may write documents, and text of alerts in past incidents.
        ...{ trust: 'TELEMETRY', link: `/knowledge/${encodeURIComponent(document.id)}` },
      }),
    ),
  sentence: ({ total }, { text }) => `Looked in the knowledge base for "${text.slice(0, 100)}": ${total}.`,
})

const SimilarLine = z.object({
  id: z.string(),
  number: z.number().int(),
  title: z.string(),
  started_at: z.string(),
  score: z.number(),
  why: z.array(z.string()),
  cause: z.string().nullable(),
  cause_confirmed: z.boolean(),
  resolution: z.string(),
  seconds_to_resolve: z.number().nullable(),
})

const findSimilar = tool({
  name: 'find_similar_incidents',
  title: 'Similar incidents',
  description:
    'Past incidents like one, with why they are alike, what caused them and what ended them. Use it for "has this happened before", "how was it fixed last time". `incident_id` is INC-12, 12, an id, or latest. None is an answer: nothing alike is known.',
  input: z.object({
    incident_id: z.string().trim().min(1).max(64),
    limit: z.number().int().min(1).max(20).default(5),
  }),
  output: z.object({ similar: z.array(SimilarLine), compared: z.number().int() }),
  permission: 'incidents:read',
  effect: 'READ',
  async run(client, { incident_id, limit }) {
    const id = await idOf(client, incident_id)
    const { similar, compared } = await client.listSimilarIncidents({ params: { id }, query: { limit } })
    return {
      compared,
      similar: similar.map(({ incident, score, why, cause, resolution, seconds_to_resolve }) => ({
        ...{
          id: incident.id,
          number: incident.number,
          title: incident.title,
          started_at: incident.started_at,
        },
        ...{ score, why, cause: cause?.sentence ?? null, cause_confirmed: cause?.confirmed ?? false },
        ...{ resolution: resolution.sentence, seconds_to_resolve },
      })),
    }
  },
  evidence: ({ similar }, { incident_id }) =>
    similar.map(
      (one): EvidenceDraft => ({
        ...{ type: 'INCIDENT', query: incident_id, source: 'platform', time: one.started_at, entity: null },
        sentence: `INC-${one.number}: ${one.title}. ${one.why[0] ?? ''}`,
        fields: {
          ...{ number: one.number, title: one.title, likeness: one.score, why: one.why.join(' ') },
          ...{ cause: one.cause, cause_confirmed: one.cause_confirmed, resolution: one.resolution },
          seconds_to_resolve: one.seconds_to_resolve,
        },
        ...{ trust: 'TELEMETRY', link: `/incidents/${encodeURIComponent(one.id)}` },
      }),
    ),
  sentence: ({ similar, compared }, { incident_id }) =>
    `Compared ${incident_id} with ${compared} incidents that ended: ${similar.length} are like it.`,
})

export const knowledgeTools = {
  search_knowledge: searchKnowledge,
  find_similar_incidents: findSimilar,
} as const
