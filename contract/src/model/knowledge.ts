import { z } from 'zod'
import { EntityId } from './entity.ts'
import { Incident } from './incident.ts'
import { RemediationStatus } from './remediation.ts'
import { Time } from './time.ts'

export const KnowledgeKind = z.enum(['RUNBOOK', 'POST_MORTEM', 'DOCUMENT', 'INCIDENT'])
export type KnowledgeKind = z.infer<typeof KnowledgeKind>

/** API: written here, and the only ones that can be changed here. FILE: of the folder. RUNBOOK and INCIDENT: made of the platform's own. */
export const KnowledgeOrigin = z.enum(['API', 'FILE', 'INCIDENT', 'RUNBOOK'])
export type KnowledgeOrigin = z.infer<typeof KnowledgeOrigin>

const Url = z
  .string()
  .max(2_048)
  .regex(/^https?:\/\/[^\s]+$/i, 'http:// or https://')

/** What a person writes. */
export const KnowledgeInput = z.object({
  kind: z.enum(['RUNBOOK', 'POST_MORTEM', 'DOCUMENT']).default('DOCUMENT'),
  title: z.string().trim().min(1).max(200),
  /** Markdown, as it was written; nothing of it is rendered by the server. Its headings make its passages. */
  text: z.string().min(1).max(262_144),
  url: Url.nullable().default(null),
  /** What it is about: `service/payments`. */
  entities: z.array(EntityId.max(256)).max(50).default([]),
  tags: z.array(z.string().trim().min(1).max(64)).max(50).default([]),
})
export type KnowledgeInput = z.infer<typeof KnowledgeInput>

/** A document without its text. */
export const KnowledgeSummary = z.object({
  id: z.string(),
  kind: KnowledgeKind,
  title: z.string(),
  url: Url.nullable(),
  entities: z.array(EntityId),
  tags: z.array(z.string()),
  origin: KnowledgeOrigin,
  /** What it is made of: the file's name, the runbook's id, the incident's id; null for one written here. */
  source: z.string().nullable(),
  created_by: z.string(),
  created_at: Time,
  updated_at: Time,
  updated_by: z.string(),
  /** Counts from 1, grows with each change. */
  version: z.number().int().positive(),
  /** Length of its text in UTF-8. */
  size_bytes: z.number().int(),
})
export type KnowledgeSummary = z.infer<typeof KnowledgeSummary>

export const KnowledgeDocument = KnowledgeSummary.extend({ text: z.string() })
export type KnowledgeDocument = z.infer<typeof KnowledgeDocument>

/** A piece of a range of text, in UTF-16 code units as JavaScript counts: from, included, and to, excluded. */
const Range = z.object({ from: z.number().int(), to: z.number().int() })

/** A part of a document under one heading. */
export const KnowledgePassage = Range.extend({
  /** Empty where it stands before the first heading. */
  heading: z.string(),
  /** The document's text from `from` to `to`; Markdown, never HTML to be trusted. */
  text: z.string(),
  /** Words of the question, as ranges of this passage's `text`; in order, none over another. */
  highlights: z.array(Range),
})
export type KnowledgePassage = z.infer<typeof KnowledgePassage>

export const KnowledgeHit = z.object({
  document: KnowledgeSummary,
  /** Higher is better within one answer; not to be compared between two. */
  score: z.number(),
  parts: z.object({
    /** BM25F; 0 where none of the words is in it. */
    lexical: z.number(),
    /** Cosine of its nearest passage; null where no embedder took part. */
    semantic: z.number().nullable(),
  }),
  /** The best first. */
  passages: z.array(KnowledgePassage),
})
export type KnowledgeHit = z.infer<typeof KnowledgeHit>

/** An incident that ended, like the one asked for. */
export const SimilarIncident = z.object({
  incident: Incident,
  /** 0 to 1. */
  score: z.number(),
  /** In plain words, with the shared things named; what counts most first. */
  why: z.array(z.string()),
  /** What each part gave to the score; they sum to it. */
  parts: z.array(z.object({ part: z.string(), share: z.number() })),
  cause: z
    .object({
      entity: EntityId.nullable(),
      sentence: z.string(),
      /** A person said so; else it is the diagnosis' first cause. */
      confirmed: z.boolean(),
      by: z.string().nullable(),
      /** Of the diagnosis; null where a person said so. */
      probability: z.number().nullable(),
    })
    .nullable(),
  /** What ended it. */
  resolution: z.object({
    sentence: z.string(),
    runbook: z.object({ id: z.string(), name: z.string(), outcome: RemediationStatus }).nullable(),
  }),
  seconds_to_resolve: z.number().nullable(),
})
export type SimilarIncident = z.infer<typeof SimilarIncident>
