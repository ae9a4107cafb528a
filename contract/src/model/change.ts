import { z } from 'zod'
import { EntityId } from './entity.ts'
import { ObjectRef } from './finding.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

/**
 * ROLLOUT: what runs was changed. CONFIG: what it reads, feature flags and certificates among it. SCALE: how many. LIFECYCLE: it came,
 * went, was cordoned or booted. CHAOS: an experiment broke it on purpose.
 */
export const ChangeKind = z.enum(['ROLLOUT', 'CONFIG', 'SCALE', 'LIFECYCLE', 'CHAOS', 'OTHER'])
export type ChangeKind = z.infer<typeof ChangeKind>

/** Who told of it: the watch of a cluster, somebody over the API, or a delivery system's webhook. */
export const ChangeSource = z.enum(['KUBERNETES', 'API', 'GITHUB', 'GITLAB', 'ARGO', 'FLUX', 'FLAG', 'CHAOS'])
export type ChangeSource = z.infer<typeof ChangeSource>

export const ChangedField = z.object({
  path: z.string().max(1_000),
  before: z.string().max(4_000).nullable(),
  after: z.string().max(4_000).nullable(),
})
export type ChangedField = z.infer<typeof ChangedField>

/** Something that was done to a system and that may be the reason for what followed: a deployment, a flag, a new size. */
export const Change = z.object({
  id: z.string(),
  tenant_id: TenantId,
  cluster_id: z.string().optional(),
  at: Time,
  kind: ChangeKind,
  source: ChangeSource,
  /** What it is about, the most specific first. */
  entities: z.array(EntityId),
  /** The object that was changed, where it is one of a cluster. */
  object: ObjectRef.nullable(),
  /** What of it matters, in a few words: `image shop:1.2 → shop:1.3`. */
  summary: z.string(),
  fields: z.array(ChangedField),
  /** Who did it, where that is known. */
  actor: z.string().optional(),
  /** Where to read on, such as the pipeline's run. */
  url: z.string().optional(),
})
export type Change = z.infer<typeof Change>

/** A change as a delivery system tells it. */
export const ChangeInput = z.object({
  /** The sender's own, so that the same change told twice is one. */
  id: z.string().min(1).max(200).optional(),
  /** Now unless given; at most an hour ahead. */
  at: Time.optional(),
  kind: ChangeKind.default('ROLLOUT'),
  entities: z.array(EntityId.max(600)).min(1).max(50),
  summary: z.string().min(1).max(1_000),
  fields: z.array(ChangedField).max(100).default([]),
  cluster_id: z.string().max(128).optional(),
  actor: z.string().max(256).optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
})
export type ChangeInput = z.infer<typeof ChangeInput>

/** Who may tell of changes by webhook, as its address names it: `POST /api/v1/changes/hooks/{sender}`. */
export const changeSenders = [
  'github',
  'gitlab',
  'argocd',
  'argo-rollouts',
  'flux',
  'openfeature',
  'launchdarkly',
  'unleash',
  'chaos',
] as const
export const ChangeSender = z.enum(changeSenders)
export type ChangeSender = z.infer<typeof ChangeSender>

/** What became of a webhook that was proven: always 202, since a sender that is refused would only send it again. */
export const ChangeHookAnswer = z.object({
  /** Of the changes that are kept of it; told again, they are the same. */
  ids: z.array(z.string()),
  /** Why nothing, or not all, of it was recorded; null where there is nothing to say. */
  why: z.string().nullable(),
})
export type ChangeHookAnswer = z.infer<typeof ChangeHookAnswer>
