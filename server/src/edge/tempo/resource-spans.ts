import { isStep, type Steps } from '../../kernel/steps.ts'
import type { AttributeTypes, StoredSpan } from '../../port/trace-store.ts'

/** `type`: what a value was before it became text, where it was none. */
type Attribute = readonly [name: string, value: string, type?: AttributeTypes[string]]
type Attributes = readonly Attribute[]
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
export function* resourceGroups(spans: readonly StoredSpan[]): Steps<ResourceGroup[]> {
  const groups = new Map<string, Known>()
  for (const [i, span] of spans.entries()) {
    if (isStep(i)) yield
    const resource: Attribute[] = [['service.name', span.service]]
    const scope: Attribute[] = []
    for (const attribute of typedAttributes(span)) {
      const [name] = attribute
      if (name.startsWith(scopePrefix)) scope.push(attribute)
      else if (name !== 'service.name' && span.resourceKeys?.includes(name)) resource.push(attribute)
    }
    const key = JSON.stringify(resource)
    const known: Known = groups.get(key) ?? { group: { attributes: resource, scopes: [] }, scopes: new Map() }
    groups.set(key, known)
    const scopeKey = JSON.stringify(scope)
    let inner = known.scopes.get(scopeKey)
    if (!inner) {
      const { [scopeName]: name = '', [scopeVersion]: version = '' } = span.attributes
      const rest = scope.filter(([one]) => one !== scopeName && one !== scopeVersion)
      const attributes = rest.map(([one, ...more]): Attribute => [one.slice(scopePrefix.length), ...more])
      inner = { name, version, attributes, spans: [] }
      known.scopes.set(scopeKey, inner)
      known.group.scopes.push(inner)
    }
    inner.spans.push(span)
  }
  return [...groups.values()].map(({ group }) => group)
}

/** What is neither the resource's nor the scope's; a span's own `service.name` shows where it differs from its resource's. */
export const ownAttributes = (span: StoredSpan): Attributes => {
  const { resourceKeys, service } = span
  return typedAttributes(span).filter(
    ([name, value]) =>
      !name.startsWith(scopePrefix) &&
      !resourceKeys?.includes(name) &&
      (name !== 'service.name' || value !== service),
  )
}

/** Attributes of a span, event or link. */
export const typedAttributes = ({
  attributes,
  types,
}: Pick<StoredSpan, 'attributes' | 'types'>): Attribute[] =>
  Object.entries(attributes).map(([name, value]) => {
    const type = types && Object.hasOwn(types, name) ? types[name] : undefined
    return type ? [name, value, type] : [name, value]
  })

/** Milliseconds with a fraction as whole nanoseconds since 1970: together they have more digits than a number. */
export function nanosOf(ms: number, moreNanos = 0): bigint {
  const whole = Math.floor(ms)
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6 + moreNanos))
}
export const startOf = (span: StoredSpan): bigint => nanosOf(span.startMs, span.startNanos)
export const endOf = (span: StoredSpan): bigint => startOf(span) + nanosOf(span.durationMs)
