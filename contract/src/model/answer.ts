import { z } from 'zod'
import { Time } from './time.ts'

/** What a question can be about. `UNKNOWN`: nothing fits well enough. */
export const intents = [
  'WHAT_IS_BROKEN',
  'HEALTH',
  'LIST_ALERTS',
  'COUNT_ALERTS',
  'SILENCED_ALERTS',
  'LIST_INCIDENTS',
  'SHOW_INCIDENT',
  'WHY',
  'ROOT_CAUSE',
  'IS_INVOLVED',
  'WHEN_STARTED',
  'TIMELINE',
  'WHAT_CHANGED',
  'DEPENDENCIES',
  'BLAST_RADIUS',
  'OWNER',
  'NEXT_STEPS',
  'LIST_RUNBOOKS',
  'SHOW_LOGS',
  'LOG_PATTERNS',
  'METRIC_VALUE',
  'METRIC_COURSE',
  'COMPARE',
  'TOP',
  'FIND_METRICS',
  'TRACES',
  'SHOW_TRACE',
  'ANOMALIES',
  'FORECAST',
  'SLO',
  'COST',
  'PRICES',
  'BUDGETS',
  'SAVINGS',
  'PLACEMENT',
  'DEPLOYMENTS',
  'DRIFT',
  'POLICY',
  'AUDIT',
  'LIST_CLUSTERS',
  'LIST_PODS',
  'LIST_NODES',
  'LIST_WORKLOADS',
  'LIST_EVENTS',
  'LIST_FINDINGS',
  'PENDING_PODS',
  'IMAGE_PULLS',
  'RESTARTS',
  'GPU',
  'CNF',
  'PTP',
  'REPORT',
  'ACT',
  'HELP',
  'GREETING',
  'REFUSED',
  'UNKNOWN',
] as const
export const Intent = z.enum(intents)
export type Intent = z.infer<typeof Intent>

/** Whose words a record holds. PLATFORM: ours; OPERATOR: somebody with rights here wrote it; TELEMETRY: whoever can make a system log or label something. */
export const Trust = z.enum(['PLATFORM', 'OPERATOR', 'TELEMETRY'])
export type Trust = z.infer<typeof Trust>

export const EvidenceType = z.enum([
  'CHECK',
  'METRIC',
  'LOG',
  'TRACE',
  'ALERT',
  'INCIDENT',
  'CAUSE',
  'TIMELINE',
  'CHANGE',
  'ANOMALY',
  'SILENCE',
  'FINDING',
  'CLUSTER',
  'NODE',
  'POD',
  'WORKLOAD',
  'EVENT',
  'GPU',
  'CNF',
  'TOPOLOGY',
  'RUNBOOK',
  'FORECAST',
  'CATALOGUE',
  'ATTACHMENT',
  'COST',
  'DECISION',
  'DEPLOYMENT',
  'AUDIT',
])
export type EvidenceType = z.infer<typeof EvidenceType>

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** Something a claim rests on, which can be looked up again. */
export const EvidenceRecord = z.object({
  /** `e1`, `e2`, … within one answer. */
  id: z.string(),
  type: EvidenceType,
  tool: z.string(),
  /** What was asked: a query in its language, else the tool's arguments in words. */
  query: z.string(),
  /** Cluster or store that answered. */
  source: z.string(),
  /** Of what was observed. */
  time: Time.nullable(),
  /** `kind/name` where it is an entity, else the name of the thing. */
  entity: z.string().nullable(),
  sentence: z.string(),
  /** The facts by name, numbers in the unit that the name ends in. */
  fields: z.record(z.string(), Cell),
  trust: Trust,
  /** Page of the web app that shows it, from `/`. */
  link: z.string().nullable(),
})
export type EvidenceRecord = z.infer<typeof EvidenceRecord>

/** One call of a tool, as it went. Its `id` (`c1`, …) can be cited: that something was looked for and not found is a fact too. */
export const ToolCallRecord = z.object({
  id: z.string(),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  /** PARTIAL: some clusters did not answer. DENIED: the caller, or the persona, may not. */
  status: z.enum(['OK', 'EMPTY', 'PARTIAL', 'FAILED', 'DENIED', 'TIMEOUT']),
  /** Records that it gave. */
  records: z.number().int(),
  ms: z.number(),
  /** What was looked at, or why it could not be, in one sentence. */
  sentence: z.string(),
})
export type ToolCallRecord = z.infer<typeof ToolCallRecord>

/** A sentence and what it rests on: ids of evidence or of calls, never none. */
export const Claim = z.object({
  text: z.string(),
  cites: z.array(z.string()).min(1),
  /** HEADLINE: the answer in one sentence. CAVEAT: what limits it. */
  role: z.enum(['HEADLINE', 'FACT', 'CAVEAT', 'NEXT_STEP']),
})
export type Claim = z.infer<typeof Claim>

export const AnswerTable = z.object({
  title: z.string(),
  columns: z.array(z.object({ key: z.string(), title: z.string(), numeric: z.boolean().default(false) })),
  rows: z.array(z.object({ cells: z.record(z.string(), Cell), cites: z.array(z.string()) })),
  /** Rows that were left out. */
  more: z.number().int().default(0),
})
export type AnswerTable = z.infer<typeof AnswerTable>

/** A chart as it is to be drawn: the query that makes it live, never the points. */
export const AnswerChart = z.object({
  title: z.string(),
  query: z.string(),
  cluster_ids: z.array(z.string()),
  start: Time,
  end: Time,
  step: z.string(),
  unit: z.string().nullable(),
  marks: z.array(z.object({ at: Time, text: z.string() })),
  cites: z.array(z.string()),
})
export type AnswerChart = z.infer<typeof AnswerChart>

export const entityRefKinds = [
  'CLUSTER',
  'NAMESPACE',
  'NODE',
  'WORKLOAD',
  'POD',
  'SERVICE',
  'HOST',
  'DATABASE',
  'QUEUE',
  'EXTERNAL',
  'GPU',
  'FUNCTION',
  'INCIDENT',
  'ALERT',
  'METRIC',
  'RUNBOOK',
  'PERSON',
  'PROVIDER',
] as const
/** A thing that a question names. */
export const EntityRef = z.object({
  kind: z.enum(entityRefKinds),
  /** As people say it. */
  name: z.string(),
  /** Id in the topology (`service/billing`), of the cluster, incident or runbook; the name where there is no other. */
  id: z.string(),
  cluster_id: z.string().optional(),
  namespace: z.string().optional(),
  /** Kubernetes kind of a workload. */
  workload_kind: z.string().optional(),
})
export type EntityRef = z.infer<typeof EntityRef>

/** How a question was read; given back with the next question, it lets that one say "it" and "then". */
export const Understanding = z.object({
  intent: Intent,
  /** 0..1. */
  score: z.number(),
  entities: z.array(EntityRef),
  /** Null where no time was said. */
  time: z.object({ start: Time, end: Time, text: z.string() }).nullable(),
  metric: z.string().nullable(),
  incident_id: z.string().nullable(),
})
export type Understanding = z.infer<typeof Understanding>

/** What a model cost. `cost_usd` is null where no price is known. */
export const ModelUsage = z.object({
  provider: z.string(),
  model: z.string(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cost_usd: z.number().nullable(),
  calls: z.number().int(),
})
export type ModelUsage = z.infer<typeof ModelUsage>

export const Answer = z.object({
  id: z.string(),
  question: z.string(),
  outcome: z.enum(['ANSWERED', 'CLARIFY', 'UNANSWERABLE', 'PROPOSED']),
  /** `deterministic`, or the provider that wrote the prose. */
  engine: z.string(),
  model: z.string().nullable(),
  /** Why a model that was asked did not write it; null where none was asked or it did. */
  model_note: z.string().nullable(),
  persona_id: z.string(),
  understanding: Understanding,
  /** Markdown; citations are `[e1]`, `[c2]`. */
  text: z.string(),
  claims: z.array(Claim),
  tables: z.array(AnswerTable),
  charts: z.array(AnswerChart),
  evidence: z.array(EvidenceRecord),
  /** What was looked at, in order. */
  checked: z.array(ToolCallRecord),
  /** What would have been looked at and could not be. */
  not_checked: z.array(z.object({ what: z.string(), reason: z.string() })),
  /** Of CLARIFY: what was meant, each as a question. */
  choices: z.array(z.object({ text: z.string(), question: z.string() })),
  suggestions: z.array(z.string()),
  /** Of PROPOSED: what waits for a person's approval. */
  proposal: z
    .object({ remediation_id: z.string(), runbook_id: z.string(), sentence: z.string(), link: z.string() })
    .nullable(),
  /** What a reader should know: a range that was cut, clusters that are missing. */
  notices: z.array(z.string()),
  created_at: Time,
  seconds: z.number(),
  usage: ModelUsage.nullable(),
})
export type Answer = z.infer<typeof Answer>
