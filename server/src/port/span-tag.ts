import type {
  SpanScan,
  StoredSpan,
  TagNames,
  TagQuery,
  TagScope,
  TagValueQuery,
  TraceStore,
} from './trace-store.ts'

/** Spans looked at for names or values: what there is shows within the newest of them. */
const spansMax = 100_000
const scopePrefix = 'otel.scope.'

type Scannable = Pick<TraceStore, 'scanSpans'>

/** Names of the attributes of spans, by looking at spans. */
export async function tagNamesOf(store: Scannable, query: TagQuery): Promise<TagNames> {
  const found = noTags()
  await eachSpan(store, { ...query, anyOf: [] }, (span) => addNames(found, span))
  return listed(found, query.limit)
}

/** Values of one attribute, by looking at spans; the most frequent first. */
export async function tagValuesOf(store: Scannable, query: TagValueQuery): Promise<string[]> {
  const counts = new Map<string, number>()
  await eachSpan(store, query, (span) => {
    for (const value of valuesOf(span, query.scope, query.name)) {
      const count = counts.get(value)
      if (count !== undefined || counts.size < query.limit * 4) counts.set(value, (count ?? 0) + 1)
    }
  })
  return [...counts]
    .sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1))
    .slice(0, query.limit)
    .map(([value]) => value)
}

export type TagSets = Record<TagScope, Set<string>>
export const noTags = (): TagSets => ({
  resource: new Set(),
  span: new Set(),
  event: new Set(),
  link: new Set(),
  instrumentation: new Set(),
})
export function listed(found: TagSets, limit: number): TagNames {
  const list = (names: Set<string>): string[] => [...names].sort().slice(0, limit)
  const { resource, span, event, link, instrumentation } = found
  return {
    ...{ resource: list(resource), span: list(span), event: list(event), link: list(link) },
    instrumentation: list(instrumentation),
  }
}

/** The part of a span that an attribute belongs to. */
export function scopeOf(span: StoredSpan, name: string): TagScope {
  if (name.startsWith(scopePrefix)) return 'instrumentation'
  return span.resourceKeys?.includes(name) ? 'resource' : 'span'
}

function addNames(found: TagSets, span: StoredSpan): void {
  found.resource.add('service.name')
  for (const name of Object.keys(span.attributes)) {
    if (name === 'service.name') continue
    const scope = scopeOf(span, name)
    found[scope].add(scope === 'instrumentation' ? name.slice(scopePrefix.length) : name)
  }
  for (const event of span.events ?? [])
    for (const name of Object.keys(event.attributes)) found.event.add(name)
  for (const link of span.links ?? []) for (const name of Object.keys(link.attributes)) found.link.add(name)
}

function valuesOf(span: StoredSpan, scope: TagScope | undefined, name: string): string[] {
  const found: string[] = []
  const add = (attributes: StoredSpan['attributes'], key = name): void => {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined
    if (value !== undefined) found.push(value)
  }
  if (scope === 'event' || scope === undefined) for (const event of span.events ?? []) add(event.attributes)
  if (scope === 'link' || scope === undefined) for (const link of span.links ?? []) add(link.attributes)
  if (scope === 'instrumentation') add(span.attributes, scopePrefix + name)
  else if (name === 'service.name' && scope !== 'span') found.push(span.service)
  else if (scope === undefined || scope === scopeOf(span, name)) add(span.attributes)
  return found
}

async function eachSpan(store: Scannable, query: SpanScan, visit: (span: StoredSpan) => void): Promise<void> {
  let seen = 0
  for await (const spans of store.scanSpans(query)) {
    for (const span of spans) visit(span)
    seen += spans.length
    if (seen >= spansMax) return
  }
}
