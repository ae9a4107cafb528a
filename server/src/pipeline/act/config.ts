import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'
import { notificationKinds } from '../../port/notifier.ts'

/** Numbers and switches also come from the environment and flags as text that YAML has read already. */
const count = (max: number) => z.number().int().min(1).max(max)

const Webhook = z
  .object({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes')
      .refine((name) => name !== 'log', 'log is the name of the log notifier'),
    url: z.url({ protocol: /^https?$/ }),
    /** Name of the secret that signs each message. */
    secret: z.string().optional(),
    /** Only incidents that correlation rules send there; empty for all, '' for those that go nowhere. */
    routes: z.array(z.string().max(128)).max(100).default([]),
    /** STANDARD: signed and formed as Standard Webhooks has it, for programs. */
    format: z.enum(['AIOPS', 'STANDARD']).default('AIOPS'),
    /** What it is told of; empty for all but INCIDENT_UPDATED, for STANDARD how incidents begin, change and end. */
    kinds: z.array(z.enum(notificationKinds)).default([]),
  })
  .refine(
    ({ format, secret }) => format === 'AIOPS' || secret !== undefined,
    'a STANDARD webhook is signed: name its secret',
  )
export type Webhook = z.infer<typeof Webhook>

const NotifyConfig = z.object({
  log: z.boolean().default(true).describe('Write each notification into the platform’s own log.'),
  webhooks: z
    .array(Webhook)
    .max(50)
    .refine(
      (hooks) => new Set(hooks.map((hook) => hook.name)).size === hooks.length,
      'two webhooks have one name',
    )
    .default([])
    .describe(
      'Where notifications are posted as JSON: list of name, url and, to have them signed with HMAC-SHA256, the name of a secret; with routes only incidents that correlation rules send to one of these; format STANDARD forms and signs them as Standard Webhooks, and kinds says which are sent.',
    ),
  retry_delays: z
    .array(Duration)
    .min(1)
    .max(20)
    .default(['5s', '10s', '20s', '40s', '80s'])
    .describe('Waits before a notification that could not be delivered is tried again.'),
  retry_every: Duration.default('5m').describe('Wait between further attempts once those are used up.'),
  attempts_max: count(10_000).default(300).describe('Attempts after which a notification is given up.'),
})

export const OutboundConfig = z.object({
  deny: z
    .array(z.string().min(1).max(256))
    .max(1_000)
    .default([])
    .describe(
      'Addresses, networks (10.0.0.0/8) and host names (exact, or *.example.org) that runbooks and webhooks may not reach. Link-local and metadata addresses are always refused.',
    ),
  timeout_max: Duration.default('2m').describe(
    'Longest time one outgoing request may take, whatever a runbook says.',
  ),
  response_bytes_max: count(65_536).default(65_536).describe('How much of an answer is read.'),
})
export type OutboundConfig = z.infer<typeof OutboundConfig>

export const ActConfig = z.object({
  runbook_folder: z
    .string()
    .default('')
    .describe('Folder of the runbooks, one YAML file each; empty: runbooks in the data folder.'),
  secret_folder: z
    .string()
    .default('')
    .describe(
      'Folder of the secrets, one file each, named as the secret; empty: secrets in the data folder.',
    ),
  reload_every: Duration.default('2s').describe('How often the runbook folder is looked at for changes.'),
  propose_after: Duration.default('8s').describe(
    'Age of an incident before a runbook is proposed, so that its causes have settled.',
  ),
  propose_min_probability: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('Least probability of the first cause for a proposal, whatever a runbook says.'),
  supersede_margin: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('By how much another first cause must be likelier before a pending proposal gives way to it.'),
  proposals_max: count(1_000)
    .default(10)
    .describe('Proposals made for one incident without a person asking.'),
  auto_approve: z.boolean().default(false).describe('Let runbooks that ask for no approval run without one.'),
  four_eyes: z.boolean().default(false).describe('Whoever asked for a runbook may not approve it.'),
  approval_timeout: Duration.default('30m').describe(
    'How long a proposal waits for a decision when its runbook does not say.',
  ),
  runs_per_hour: count(100_000).default(10).describe('Runs of one runbook a tenant may start in an hour.'),
  concurrent_runs_max: count(1_000).default(4).describe('Runbooks that run at once; further ones wait.'),
  waiting_runs_max: count(10_000)
    .default(100)
    .describe('Approved runs that may wait; further approvals are refused for the time being.'),
  verify_every: Duration.default('1s').describe(
    'How often a verification or a condition looks at the metrics.',
  ),
  baseline_window: Duration.default('10m').describe(
    'Time before an incident over which a condition’s baseline is taken.',
  ),
  notify: NotifyConfig.prefault({}),
  outbound: OutboundConfig.prefault({}),
})
export type ActConfig = z.infer<typeof ActConfig>
