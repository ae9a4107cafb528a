import type { Registry, Served } from './resource.ts'

export type ResourcePath = {
  type: Served
  /** Undefined for all namespaces, and for objects of the cluster. */
  namespace: string | undefined
  name: string | undefined
  subresource: string | undefined
}

const subresources = ['status', 'log', 'exec', 'finalize']

/** Undefined where nothing is served at the path. */
export function pathOf(registry: Registry, path: string): ResourcePath | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent)
  const [root, ...rest] = parts
  const group = root === 'apis' ? rest.shift() : root === 'api' ? '' : undefined
  const version = rest.shift()
  if (group === undefined || version === undefined || rest.length === 0 || rest.includes('')) return undefined
  const [first, second, third] = rest as [string, string?, string?]
  const inner = first === 'namespaces' && third !== undefined ? registry.at(group, version, third) : undefined
  const type = inner ?? registry.at(group, version, first)
  if (!type || (inner !== undefined && !type.namespaced)) return undefined
  const [name, subresource, ...more] = rest.slice(inner ? 3 : 1)
  if (more.length > 0 || (subresource !== undefined && !subresources.includes(subresource))) return undefined
  if (type.namespaced && !inner && name !== undefined) return undefined
  return { type, namespace: inner ? second : undefined, name, subresource }
}
