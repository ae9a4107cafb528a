import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { badRequest, Refusal } from './status.ts'

/** By the content type of the request. */
export function patched(
  object: RawObject,
  patch: unknown,
  contentType: string,
  isCustom: boolean,
): RawObject {
  const media = contentType.split(';')[0]?.trim()
  if (media === 'application/json-patch+json') return jsonPatched(object, patch)
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
    throw badRequest('a patch must be an object')
  if (media === 'application/merge-patch+json') return merged(object, patch as RawObject)
  // Server-side apply is taken as a strategic merge: fields of other managers stay, and none is ever in conflict.
  if (
    media === 'application/apply-patch+yaml' ||
    (!isCustom && media === 'application/strategic-merge-patch+json')
  )
    return strategicMerged(object, patch as RawObject, '') as RawObject
  throw new Refusal(415, 'UnsupportedMediaType', `the body of the request was in an unknown format: ${media}`)
}

const isObject = (value: unknown): value is RawObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 7396. */
function merged(target: RawObject, patch: RawObject): RawObject {
  const result: Record<string, unknown> = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else if (isObject(value)) result[key] = merged(isObject(result[key]) ? result[key] : {}, value)
    else result[key] = value
  }
  return result
}

/** Lists of the built-in kinds whose items are merged by a key; all others are replaced. */
const mergeKeys: Record<string, readonly string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port'],
  imagePullSecrets: ['name'],
  conditions: ['type'],
  addresses: ['type'],
  taints: ['key'],
  ownerReferences: ['uid'],
  hostAliases: ['ip'],
  podIPs: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
}

/** https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md */
function strategicMerged(target: unknown, patch: unknown, field: string): unknown {
  if (Array.isArray(patch)) {
    if (field === 'finalizers') return [...new Set([...((target as unknown[] | undefined) ?? []), ...patch])]
    return listMerged(Array.isArray(target) ? target : [], patch, field)
  }
  if (!isObject(patch)) return patch
  if (patch.$patch === 'replace') return withoutDirectives(patch)
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    const removed = /^\$deleteFromPrimitiveList\/(.+)$/.exec(key)?.[1]
    if (removed !== undefined) {
      const gone = value as unknown[]
      result[removed] = ((result[removed] as unknown[] | undefined) ?? []).filter(
        (item) => !gone.includes(item),
      )
    }
    if (key === '$retainKeys') {
      for (const name of Object.keys(result)) if (!(value as string[]).includes(name)) delete result[name]
    }
    if (key.startsWith('$')) continue
    if (value === null) delete result[key]
    else result[key] = strategicMerged(result[key], value, key)
  }
  return result
}

function listMerged(target: readonly unknown[], patch: readonly unknown[], field: string): unknown[] {
  const candidates = mergeKeys[field] ?? []
  const items = patch.filter(isObject)
  const key = candidates.find(
    (name) => items.length > 0 && items.every((item) => name in item || '$patch' in item),
  )
  if (key === undefined || items.length !== patch.length) return patch.map(withoutDirectives)
  const result = [...target]
  for (const item of items) {
    const at = result.findIndex((one) => isObject(one) && one[key] === item[key])
    if (item.$patch === 'delete') {
      if (at >= 0) result.splice(at, 1)
    } else if (at >= 0) result[at] = strategicMerged(result[at], item, field)
    else result.push(strategicMerged({}, item, field))
  }
  return result
}

function withoutDirectives(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('$')))
}

/** RFC 6902: add, remove, replace and test, of what lies in objects and lists. */
function jsonPatched(object: RawObject, patch: unknown): RawObject {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch must be a list')
  const result = structuredClone(object)
  for (const step of patch as { op: string; path: string; value?: unknown }[]) {
    const path = step.path
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = path.pop() ?? ''
    let parent: unknown = result
    for (const part of path)
      parent = isObject(parent) || Array.isArray(parent) ? (parent as RawObject)[part] : undefined
    if (typeof parent !== 'object' || parent === null)
      throw new Refusal(422, 'Invalid', `the patch names ${step.path}, which is not there`)
    const holder = parent as Record<string, unknown>
    if (step.op === 'test' && JSON.stringify(holder[last]) !== JSON.stringify(step.value))
      throw new Refusal(422, 'Invalid', `the test of ${step.path} failed`)
    if (Array.isArray(parent) && step.op === 'add')
      parent.splice(last === '-' ? parent.length : Number(last), 0, step.value)
    else if (Array.isArray(parent) && step.op === 'remove') parent.splice(Number(last), 1)
    else if (step.op === 'remove') delete holder[last]
    else if (step.op === 'add' || step.op === 'replace') holder[last] = step.value
  }
  return result
}
