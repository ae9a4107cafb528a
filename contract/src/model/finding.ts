import { z } from 'zod'
import { Severity } from './severity.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

/** A thing of a cluster by its kind as Kubernetes spells it (`Pod`), or `GPU`, `PTPClock`, `SRIOVInterface`, … for what Kubernetes has no kind. */
export const ObjectRef = z.object({
  kind: z.string(),
  /** '' for a thing of the cluster as a whole. */
  namespace: z.string(),
  name: z.string(),
})
export type ObjectRef = z.infer<typeof ObjectRef>

/** What was seen, where: a field of an object, an event, a log line, a metric. */
export const FindingEvidence = z.object({
  kind: z.enum(['FIELD', 'EVENT', 'LOG', 'METRIC', 'CHANGE']),
  object: ObjectRef,
  /** As `status.phase`, `FailedScheduling`, a container's name, or a PromQL selector. */
  source: z.string(),
  text: z.string(),
  at: Time.nullable(),
})
export type FindingEvidence = z.infer<typeof FindingEvidence>

/** Why, best first: an object that would explain the finding, by way of owners, scheduling, volumes or network. */
export const FindingCause = z.object({
  object: ObjectRef,
  /** Rule of the finding there; null where the object itself is the reason, such as a change of it. */
  rule: z.string().nullable(),
  text: z.string(),
  /** How it is tied to the object of the finding: `owns`, `schedules`, `mounts`, `selects`, … */
  relation: z.string(),
})
export type FindingCause = z.infer<typeof FindingCause>

export const FindingArea = z.enum(['KUBERNETES', 'GPU', 'CNF'])
export type FindingArea = z.infer<typeof FindingArea>

/** One condition of one thing that somebody should see to, found by a rule from what the cluster says. No model takes part. */
export const Finding = z.object({
  /** The same for the same rule, object and cluster, as long as it goes on. */
  id: z.string(),
  tenant_id: TenantId,
  cluster_id: z.string(),
  cluster_name: z.string(),
  area: FindingArea,
  analyzer: z.string(),
  rule: z.string(),
  severity: Severity,
  /** One sentence: what is wrong with it. */
  title: z.string(),
  object: ObjectRef,
  /** The workload or other thing that it belongs to, farthest owner. */
  parent: ObjectRef.nullable(),
  /** Since when the condition holds, as the cluster says; null where it does not say. */
  since: Time.nullable(),
  /** When it was found first. */
  found_at: Time,
  evidence: z.array(FindingEvidence),
  causes: z.array(FindingCause),
  /** What to do; commands change nothing as they stand (`--dry-run=server`, or reading only). */
  remediation: z.array(z.object({ text: z.string(), command: z.string().nullable() })),
  documentation_url: z.string(),
  /** Name of the alert that the field uses for this, as KubePodCrashLooping; null where there is none. */
  alert_name: z.string().nullable(),
})
export type Finding = z.infer<typeof Finding>

export const FindingRule = z.object({
  id: z.string(),
  area: FindingArea,
  analyzer: z.string(),
  /** Kind of the things it looks at. */
  kind: z.string(),
  severity: Severity,
  /** What must hold for a finding. */
  condition: z.string(),
  /** What looks alike and is none. */
  not_when: z.string(),
  documentation_url: z.string(),
  alert_name: z.string().nullable(),
})
export type FindingRule = z.infer<typeof FindingRule>
