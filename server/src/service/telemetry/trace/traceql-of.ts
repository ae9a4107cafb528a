/** Conditions by themselves and a TraceQL query, all of which must hold; `*` in names stands for any characters. */
export type TraceqlConditions = {
  query?: string | undefined
  service?: string | undefined
  operation?: string | undefined
  durationMsMin?: number | undefined
  durationMsMax?: number | undefined
  tags?: Readonly<Record<string, string>> | undefined
}

/** As one TraceQL query: one span must fit all conditions by themselves, and the trace the query. */
export function traceqlOf(conditions: TraceqlConditions): string {
  const { query = '', service, operation, durationMsMin, durationMsMax, tags = {} } = conditions
  const parts = [
    ...(service ? [named('resource.service.name', service)] : []),
    ...(operation ? [named('name', operation)] : []),
    ...(durationMsMin ? [`duration >= ${nanos(durationMsMin)}`] : []),
    ...(durationMsMax === undefined ? [] : [`duration <= ${nanos(durationMsMax)}`]),
    ...Object.entries(tags).map(([name, value]) => `.${quoted(name)} = ${quoted(value)}`),
  ]
  if (parts.length === 0) return query.trim() === '' ? '{ }' : query
  const own = `{ ${parts.join(' && ')} }`
  return query.trim() === '' ? own : `${own} && (${query})`
}

const named = (field: string, value: string): string =>
  value.includes('*')
    ? `${field} =~ ${quoted(value.split('*').map(escaped).join('.*'))}`
    : `${field} = ${quoted(value)}`

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
/** TraceQL's escapes are Go's; what JSON writes as `\uXXXX` and by letter is the same, a lone half of a pair is replaced. */
const quoted = (text: string): string => JSON.stringify(text.toWellFormed()).replace(/\\\//g, '/')
/** Durations have no exponent. */
const nanos = (ms: number): string => `${BigInt(Math.round(Math.min(ms, 9e9) * 1e6))}ns`
