import type { ResourceJson } from './plan-json.ts'

const tagNames = ['service', 'app', 'app.kubernetes.io/name', 'application']
const serviceName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/**
 * Whose resource it is: by tags and labels, then by the modules it lies in, then by its own name. `known`: the services that there are;
 * without them only tags and labels say anything, for a module may be named after whatever.
 */
export function serviceOf(resource: ResourceJson, known: ReadonlySet<string> | undefined): string | null {
  const { after, before } = resource.change
  for (const values of [objectOf(after), objectOf(before)]) {
    const tagged = taggedService(values)
    if (tagged !== undefined) return tagged
  }
  if (known === undefined) return null
  for (const name of [...modulesOf(resource.module_address ?? ''), resource.name]) {
    const match = knownIn(name, known)
    if (match !== undefined) return match
  }
  return null
}

function taggedService(values: Json): string | undefined {
  const metadata = objectOf(Array.isArray(values.metadata) ? values.metadata[0] : values.metadata)
  const input = objectOf(values.input)
  for (const tags of [values.tags, values.tags_all, values.labels, metadata.labels, input.tags, input]) {
    const byName = Object.fromEntries(
      Object.entries(objectOf(tags)).map(([name, value]) => [name.toLowerCase(), value]),
    )
    for (const name of tagNames) {
      const value = Object.hasOwn(byName, name) ? byName[name] : undefined
      if (typeof value === 'string' && serviceName.test(value)) return value
    }
  }
  return undefined
}

/** The longest that it begins with, up to the end or a separator: `order_db` is of `order`, `orders` is not. */
function knownIn(name: string, known: ReadonlySet<string>): string | undefined {
  for (let end = name.length; end > 0; end -= 1) {
    if (end < name.length && !/[_-]/.test(name[end] ?? '')) continue
    const part = name.slice(0, end)
    const found = known.has(part) ? part : part.replaceAll('_', '-')
    if (known.has(found)) return found
  }
  return undefined
}

/** `module.a["x.y"].module.b[0]` → a, b. */
const modulesOf = (address: string): string[] =>
  [...address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '').matchAll(/(?:^|\.)module\.([^.]+)/g)].map(
    (found) => found[1] ?? '',
  )

type Json = Readonly<Record<string, unknown>>
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
