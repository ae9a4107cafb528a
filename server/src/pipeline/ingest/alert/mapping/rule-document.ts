import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'
import { PathText, TextValue } from './text-value.ts'

const names = z.record(z.string().min(1).max(256), TextValue)

/** All that are given must hold. */
const Condition = z.strictObject({
  path: PathText,
  equals: z.union([z.string().max(1_024), z.array(z.string().max(1_024)).min(1).max(64)]).optional(),
  exists: z.boolean().optional(),
})
/** A mapping of names to values, a list of `name:value` texts (or one text of them with commas), or a list of objects. */
const NamesFrom = z.union([
  PathText,
  z.strictObject({ path: PathText, name: PathText, value: PathText, prefix: z.string().max(64).default('') }),
])

export const RuleDocument = z.strictObject({
  when: z.array(Condition).max(16).default([]),
  /** Known, and no alert. */
  skip: z.literal(true).optional(),
  /** One object or a list of them; the whole body unless given. */
  alerts: PathText.optional(),
  name: TextValue.optional(),
  severity: TextValue.optional(),
  status: TextValue.optional(),
  message: TextValue.optional(),
  fingerprint: TextValue.optional(),
  starts_at: TextValue.optional(),
  ends_at: TextValue.optional(),
  expires_after: Duration.optional(),
  generator_url: TextValue.optional(),
  labels: names.default({}),
  labels_from: z.array(NamesFrom).max(16).default([]),
  annotations: names.default({}),
  annotations_from: z.array(NamesFrom).max(16).default([]),
})
export type RuleDocument = z.infer<typeof RuleDocument>
