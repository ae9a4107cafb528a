import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'

/** Resources of one plan; a larger one is refused, for nobody could review it either. */
const resourcesMax = 10_000
const outputsMax = 1_000
/** Of values and modules; what reads a plan, and JSON itself where it is written, recurses. */
const depthMax = 500

const text = z.string().max(2_000)
const Change = z.object({
  actions: z.array(text).min(1).max(3),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z
    .array(z.array(z.union([text, z.number()])).max(50))
    .max(1_000)
    .optional(),
})
const Resource = z.object({
  address: text,
  module_address: text.optional(),
  mode: z.enum(['managed', 'data']),
  type: text,
  name: text,
  provider_name: text.optional(),
  deposed: text.optional(),
  change: Change,
})
const Plan = z.object({
  format_version: z.string().regex(/^1\.\d+$/, 'is no version 1 of the format'),
  errored: z.boolean().optional(),
  resource_changes: z.array(Resource).max(resourcesMax).optional(),
  resource_drift: z.array(Resource).max(resourcesMax).optional(),
  output_changes: z
    .record(text, Change)
    .refine((outputs) => Object.keys(outputs).length <= outputsMax, 'has too many outputs')
    .optional(),
  variables: z.record(text, z.object({ value: z.unknown() })).optional(),
  configuration: z.unknown().optional(),
})
export type PlanJson = z.infer<typeof Plan>
export type ResourceJson = z.infer<typeof Resource>
export type ChangeJson = z.infer<typeof Change>

/** The machine-readable plan of OpenTofu and Terraform (`show -json`, format 1.x). Throws PLAN_FAILED for what is none. */
export function parsePlanJson(json: unknown): PlanJson {
  if (isDeeper(json, depthMax))
    throw new Fault('PLAN_FAILED', `The plan has more than ${depthMax} levels within one another.`)
  const read = Plan.safeParse(json)
  if (!read.success) {
    const [issue] = read.error.issues
    const place = issue?.path.slice(0, 6).join('.').slice(0, 200) || 'its top'
    throw new Fault(
      'PLAN_FAILED',
      `This is no plan that can be read: ${place}: ${issue?.message ?? 'unknown'}.`,
    )
  }
  if (read.data.errored) throw new Fault('PLAN_FAILED', 'The plan says of itself that it is not complete.')
  return read.data
}

function isDeeper(json: unknown, levels: number): boolean {
  let open: unknown[] = [json]
  for (let level = 0; open.length > 0; level += 1) {
    if (level > levels) return true
    const next: unknown[] = []
    for (const value of open)
      if (typeof value === 'object' && value !== null)
        for (const one of Object.values(value)) if (typeof one === 'object' && one !== null) next.push(one)
    open = next
  }
  return false
}
