import { z } from 'zod'

/** Ids or names; none for all. */
export const ClusterIds = z
  .array(z.string().max(128))
  .max(1_000)
  .default([])
  .describe('Ids or names of clusters; none for all that can be asked.')

export const Moment = z.iso.datetime({ offset: true })
export const Step = z
  .string()
  .regex(/^[0-9]+(ms|[smhdwy])([0-9]+(ms|[smhdwy]))*$/)
  .describe('Distance of the points: 15s, 1m, 1h.')

/** A cluster whose part is not in an answer. */
export const Missing = z.object({
  cluster_id: z.string(),
  cluster_name: z.string(),
  reason: z.string(),
})
export type Missing = z.infer<typeof Missing>

export const missingOf = (missing: readonly Missing[]): { cluster: string; reason: string }[] =>
  missing.map(({ cluster_name, reason }) => ({ cluster: cluster_name, reason }))

/** A view of the explore page. */
export function explorePage(search: Readonly<Record<string, string | number | readonly string[]>>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(search))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== '') params.append(key, String(one))
  return `/explore?${params.toString()}`
}
