import type { StoredSpan } from '../../port/trace-store.ts'

type Attributes = readonly [name: string, value: string][]
/** Spans of one resource and scope, as OTLP nests them. */
export type ResourceGroup = {
  attributes: Attributes
  scopes: { name: string; version: string; attributes: Attributes; spans: StoredSpan[] }[]
}

export const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
export const statuses = ['UNSET', 'OK', 'ERROR'] as const

const scopePrefix = 'otel.scope.'
const [scopeName, scopeVersion] = [`${scopePrefix}name`, `${scopePrefix}version`]

type Known = { group: ResourceGroup; scopes: Map<string, ResourceGroup['scopes'][number]> }

/** Spans back under the resources and scopes they came with, as far as they say; each in the order of its first span. */
export function resourceGroups(spans: readonly StoredSpan[]): ResourceGroup[] {
  const groups = new Map<string, Known>()
  for (const span of spans) {
    const resource: [string, string][] = [['service.name', span.service]]
    const scope: [string, string][] = []
    for (const [name, value] of Object.entries(span.attributes)) {
      if (name.startsWith(scopePrefix)) scope.push([name, value])
      else if (name !== 'service.name' && span.resourceKeys?.includes(name)) resource.push([name, value])
    }
    const key = JSON.stringify(resource)
    const known: Known = groups.get(key) ?? { group: { attributes: resource, scopes: [] }, scopes: new Map() }
    groups.set(key, known)
    const scopeKey = JSON.stringify(scope)
    let inner = known.scopes.get(scopeKey)
    if (!inner) {
      const { [scopeName]: name = '', [scopeVersion]: version = '' } = span.attributes
      const rest = scope.filter(([one]) => one !== scopeName && one !== scopeVersion)
      const attributes = rest.map(([one, value]): [string, string] => [one.slice(scopePrefix.length), value])
      inner = { name, version, attributes, spans: [] }
      known.scopes.set(scopeKey, inner)
      known.group.scopes.push(inner)
    }
    inner.spans.push(span)
  }
  return [...groups.values()].map(({ group }) => group)
}

/** What is neither the resource's nor the scope's; a span's own `service.name` shows where it differs from its resource's. */
export const ownAttributes = ({ attributes, resourceKeys, service }: StoredSpan): Attributes =>
  Object.entries(attributes).filter(
    ([name, value]) =>
      !name.startsWith(scopePrefix) &&
      !resourceKeys?.includes(name) &&
      (name !== 'service.name' || value !== service),
  )

/** Milliseconds with a fraction as whole nanoseconds since 1970: together they have more digits than a number. */
export function nanosOf(ms: number, moreNanos = 0): bigint {
  const whole = Math.floor(ms)
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6 + moreNanos))
}
export const startOf = (span: StoredSpan): bigint => nanosOf(span.startMs, span.startNanos)
export const endOf = (span: StoredSpan): bigint => startOf(span) + nanosOf(span.durationMs)
