import { z } from 'zod'
import { HourlyUsd } from './money.ts'

/** A plan as policies, people and pages see it: read from the engine's own plan JSON, never from what an author says of it. */
export const PlanEngineName = z.enum(['OPENTOFU', 'TERRAFORM'])
export type PlanEngineName = z.infer<typeof PlanEngineName>

/** REPLACE: deleted and made anew, in whichever order. FORGET: taken out of the state, left standing. */
export const PlanAction = z.enum(['CREATE', 'UPDATE', 'REPLACE', 'DELETE', 'READ', 'FORGET', 'NO_OP'])
export type PlanAction = z.infer<typeof PlanAction>

/** Sensitive values read "(sensitive)", those that only the apply gives "(known after apply)". */
const Values = z.record(z.string(), z.unknown())

export const PlanChange = z.object({
  address: z.string(),
  /** Of the module it lies in; "" for the root. */
  module: z.string(),
  mode: z.enum(['MANAGED', 'DATA']),
  type: z.string(),
  name: z.string(),
  /** As the engine names it, such as registry.opentofu.org/hashicorp/aws. */
  provider: z.string(),
  action: PlanAction,
  before: Values.nullable(),
  after: Values.nullable(),
  /** Top-level attributes whose value changes, or is known after the apply. */
  changed: z.array(z.string()),
  /** Attributes that force a replacement, dotted. */
  replace_paths: z.array(z.string()),
  /** It holds data that a replacement or deletion would lose. Found from type and attributes. */
  stateful: z.boolean(),
  /** By tag, module or name; null where nothing says so. */
  service: z.string().nullable(),
})
export type PlanChange = z.infer<typeof PlanChange>

export const StatefulChange = z.object({
  address: z.string(),
  type: z.string(),
  action: PlanAction,
  /** A replacement or a deletion: data may be lost. */
  at_risk: z.boolean(),
  /** Why it counts as stateful. */
  reason: z.string(),
  service: z.string().nullable(),
})
export type StatefulChange = z.infer<typeof StatefulChange>

export const PlanOutputChange = z.object({
  name: z.string(),
  action: PlanAction,
  before: z.unknown(),
  after: z.unknown(),
})
export type PlanOutputChange = z.infer<typeof PlanOutputChange>

/** What one changed resource costs before and after; null where it is not there then. */
export const PricedChange = z.object({
  address: z.string(),
  type: z.string(),
  service: z.string().nullable(),
  before_hourly_usd: HourlyUsd.nullable(),
  after_hourly_usd: HourlyUsd.nullable(),
  delta_hourly_usd: HourlyUsd,
})
export type PricedChange = z.infer<typeof PricedChange>

export const PlanCost = z.object({
  /** null where the price of any changed resource is unknown: an unknown price is never 0. */
  hourly_delta_usd: HourlyUsd.nullable(),
  /** Of what is known. */
  known_hourly_delta_usd: HourlyUsd,
  known: z.array(PricedChange),
  unknown: z.array(z.object({ address: z.string(), type: z.string(), reason: z.string() })),
  /** The price book; null where none was asked. */
  source: z.string().nullable(),
})
export type PlanCost = z.infer<typeof PlanCost>

export const PlanSummary = z.object({
  engine: PlanEngineName,
  version: z.string(),
  /** SHA-256 of the plan file, hex: an approval holds for exactly this. */
  sha256: z.string(),
  summary: z.object({
    creates: z.number().int(),
    updates: z.number().int(),
    replaces: z.number().int(),
    deletes: z.number().int(),
    forgets: z.number().int(),
    no_ops: z.number().int(),
  }),
  /** Without NO_OP; in the engine's order. */
  changes: z.array(PlanChange),
  /** Of them, those that touch what holds data. */
  stateful: z.array(StatefulChange),
  /** What was changed outside since the last apply, as the refresh found it. */
  drift: z.array(PlanChange),
  outputs_changed: z.array(PlanOutputChange),
  /** That the plan touches, sorted. */
  services: z.array(z.string()),
  /** What the engine would run on the machine that applies, or fetch from elsewhere; empty in a plan that may be applied. */
  executes: z.array(z.object({ address: z.string(), what: z.string() })),
  cost: PlanCost,
})
export type PlanSummary = z.infer<typeof PlanSummary>
