import { ChangeSender } from '@aiops/contract/model/change'
import { defaultTenant, TenantId } from '@aiops/contract/model/tenant'
import { z } from 'zod'
import { secretName } from '../../port/secret-source.ts'

/** `service/cart`; `service:cart` is read as the same. */
const About = z
  .array(
    z
      .string()
      .max(600)
      .regex(/^[a-z]+[:/].+$/s, 'kind/name, for example service/cart'),
  )
  .min(1)
  .max(50)
const mapping = z
  .record(z.string().min(1).max(512), About)
  .refine((map) => Object.keys(map).length <= 10_000, 'at most 10,000 entries')
  .default({})

export const DeliveryConfig = z.object({
  hooks: z
    .array(
      z.strictObject({
        sender: ChangeSender,
        tenant: TenantId.default(defaultTenant),
        secret: z.string().regex(secretName, 'the name of a secret, as CHANGES_GITHUB'),
      }),
    )
    .max(200)
    .default([])
    .describe(
      'Who may tell of changes at POST /api/v1/changes/hooks/SENDER: list of sender, tenant, and the name of the secret that proves it. A sender may stand here more than once, such as while its secret is replaced.',
    ),
  repositories: mapping.describe(
    'What a change in a repository is about, by the repository’s path ("org/shop"): list of entities, as service/cart. It counts for every sender that names a repository.',
  ),
  names: mapping.describe(
    'What a change is about by the name that its sender gives: an Argo CD application, a Flux object, a rollout, a feature flag or its project, a chaos experiment.',
  ),
  environments: z
    .array(z.string().min(1).max(128))
    .max(100)
    .default([])
    .describe(
      'Environments whose deployments and flags are taken, as their senders call them, such as production; empty: all. What names no environment is taken.',
    ),
  deploying: z
    .array(z.string().min(1).max(256))
    .max(100)
    .default([])
    .describe(
      'Names of workflows and pipelines that deploy: their end is a rollout. Others that end well on the default branch are told as OTHER, which weighs less.',
    ),
})
export type DeliveryConfig = z.infer<typeof DeliveryConfig>
