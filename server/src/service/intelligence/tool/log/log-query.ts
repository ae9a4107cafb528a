import type { Client } from '@aiops/contract/client'
import { type EntityMatcher, entityMatchers, entityOfId } from '../../catalogue/entity-label.ts'
import { logqlOf, lokiLabel } from '../../catalogue/logql.ts'

/** What lines are wanted: a query in its language, or what one is made of. */
export type LogWanted = {
  query?: string | undefined
  entity?: string | undefined
  contains?: string | undefined
  level?: 'ERROR' | 'WARNING' | undefined
  clusterIds: readonly string[]
}

/** Labels whose values are looked through for the thing. */
const labelsTriedMax = 8
/** A label that streams of most shippers have, where nothing names the thing. */
const usual = ['service_name', 'app', 'job', 'namespace', 'container', 'host', 'level', 'filename'] as const

/**
 * The LogQL query for what is wanted, made of labels and values that exist; undefined where no stream is named by the thing.
 * A text is looked for in any case of letters.
 */
export async function logQueryOf(client: Client, wanted: LogWanted): Promise<string | undefined> {
  const { query, entity, contains, level, clusterIds } = wanted
  if (query !== undefined) return query
  const clusters = [...clusterIds]
  const { labels } = await client.listLogLabels({ query: { cluster_ids: clusters } })
  const known = new Set(labels)
  const anyLabel = usual.find((one) => known.has(one)) ?? labels[0]
  if (anyLabel === undefined) return undefined
  const rest = { ...(contains ? { contains } : {}), ...(level ? { level } : {}), anyLabel }
  if (entity === undefined) return logqlOf({ matchers: [], ...rest })
  const tried = triedOf(entity, known)
  const values = await Promise.all(
    [...new Set(tried.map(({ label }) => label))].map(async (name) => {
      const found = await client.listLogLabelValues({ params: { name }, query: { cluster_ids: clusters } })
      return [name, found.values] as const
    }),
  )
  const valuesOf = new Map(values)
  const fits = tried.find(({ label, op, value }) => {
    const own = valuesOf.get(label) ?? []
    if (op === '=') return own.includes(value)
    const pattern = new RegExp(`^(?:${value})$`)
    return own.some((one) => pattern.test(one))
  })
  return fits === undefined ? undefined : logqlOf({ matchers: [fits], ...rest })
}

/** Conditions under labels that log streams have, the clearest first; of one label the exact one before the pattern. */
function triedOf(entity: string, known: ReadonlySet<string>): EntityMatcher[] {
  const all = entityMatchers(entityOfId(entity)).map((one) => ({ ...one, label: lokiLabel(one.label) }))
  const own = [...all, ...serviceLabels(entity)].filter(({ label }) => known.has(label))
  return own
    .filter((one, i) => own.findIndex(({ label, value }) => label === one.label && value === one.value) === i)
    .slice(0, labelsTriedMax)
}

/** Log shippers name whatever writes by the labels of services. */
const serviceLabels = (entity: string): EntityMatcher[] => {
  const { name } = entityOfId(entity)
  return ['service_name', 'app', 'unit', 'host'].map((label) => ({ label, op: '=', value: name }))
}
