import { type Clock, isoTime } from '../../server/src/kernel/clock.ts'
import type { Random } from '../../server/src/kernel/random.ts'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { asStoredEvent } from './event-form.ts'
import { managedBy } from './managed-field.ts'
import { patched } from './patch.ts'
import { apiVersionOf, type Registry, type Served } from './resource.ts'
import { alreadyExists, badRequest, conflict, invalid, notFound, Refusal } from './status.ts'
import type { Entry, Store } from './store.ts'

type Deps = { store: Store; registry: Registry; clock: Clock; random: Random }
type Options = {
  /** How long a pod on a node takes to end after it is deleted; 0 for at once. */
  terminationMs: number
}
export type WriteAsk = {
  type: Served
  namespace: string
  name: string
  subresource: string
  manager: string
  isDryRun: boolean
}
type Meta = Record<string, unknown> & {
  name?: string
  generateName?: string
  uid?: string
  resourceVersion?: string
  finalizers?: string[]
  deletionTimestamp?: string
  generation?: number
  ownerReferences?: { uid: string }[]
}

/** What create, update, patch and delete do to the store. */
export class Writer {
  readonly #deps: Deps
  readonly #options: Options
  constructor(deps: Deps, options: Options) {
    this.#deps = deps
    this.#options = options
  }
  /** As a test sets the state: without checks, whatever was there before. */
  put(type: Served, object: RawObject): Entry {
    const { store } = this.#deps
    const { apiVersion: _a, kind: _k, ...fields } = object
    const metadata = { ...(fields.metadata as Meta) }
    const namespace = type.namespaced ? String(metadata.namespace ?? 'default') : ''
    const name = metadata.name ?? ''
    const before = store.get(type.storage, namespace, name)
    this.#fill(metadata, namespace, before)
    if (type.hasGeneration) metadata.generation ??= generationOf(fields, before)
    return store.put(type.storage, namespace, name, { ...fields, metadata })
  }
  create(ask: WriteAsk, body: RawObject): Entry {
    const { store, random, registry } = this.#deps
    const { type, namespace } = ask
    const { metadata, fields } = this.#checked(ask, body)
    if (metadata.resourceVersion)
      throw new Refusal(500, '', 'resourceVersion should not be set on objects to be created')
    let name = metadata.name ?? ''
    if (!name && metadata.generateName) name = `${metadata.generateName}${suffix(random)}`
    checkName(type, name)
    if (type.kind === 'Pod' && !((fields.spec as { containers?: unknown[] })?.containers ?? []).length)
      throw invalid('Pod', '', name, 'spec.containers', 'Required value')
    const home = namespace && registry.kind('Namespace', 'v1')
    if (home && !store.get(home.storage, '', namespace)) throw notFound(home, namespace)
    if (store.get(type.storage, namespace, name)) throw alreadyExists(type, name)
    const created: Meta = { ...metadata, name, ...(type.hasGeneration ? { generation: 1 } : {}) }
    for (const field of ['uid', 'creationTimestamp', 'deletionTimestamp']) delete created[field]
    this.#fill(created, namespace, undefined)
    const object: Record<string, unknown> = { ...fields, metadata: created }
    if (type.hasStatus && type.kind !== 'Node') delete object.status
    if (type.kind === 'Pod') object.status = { phase: 'Pending', qosClass: 'BestEffort' }
    if (type.kind === 'Namespace') object.status = { phase: 'Active' }
    return this.#save(ask, object, undefined, 'Update')
  }
  update(ask: WriteAsk, body: RawObject): Entry {
    const before = this.#deps.store.get(ask.type.storage, ask.namespace, ask.name)
    if (!before) throw notFound(ask.type, ask.name)
    const { metadata, fields } = this.#checked(ask, body)
    if (metadata.name !== ask.name)
      throw badRequest('the name of the object does not match the name on the URL')
    if (ask.type.isCustom && !metadata.resourceVersion)
      throw invalid(
        ask.type.plural,
        ask.type.group,
        ask.name,
        'metadata.resourceVersion',
        'must be specified for an update',
      )
    return this.#replace(ask, before, { ...fields, metadata }, 'Update')
  }
  patch(ask: WriteAsk, patch: unknown, contentType: string): Entry {
    const before = this.#deps.store.get(ask.type.storage, ask.namespace, ask.name)
    const isApply = contentType.startsWith('application/apply-patch')
    if (!before && isApply) return this.create(ask, patched({}, patch, contentType, ask.type.isCustom))
    if (!before) throw notFound(ask.type, ask.name)
    const version = (before.object.metadata as Meta).resourceVersion
    const whole = {
      ...before.object,
      metadata: { ...(before.object.metadata as Meta), resourceVersion: undefined },
    }
    const { apiVersion: _a, kind: _k, ...after } = patched(whole, patch, contentType, ask.type.isCustom)
    const metadata = { ...(after.metadata as Meta) }
    if (metadata.resourceVersion && metadata.resourceVersion !== version) throw conflict(ask.type, ask.name)
    return this.#replace(ask, before, { ...after, metadata }, isApply ? 'Apply' : 'Update')
  }
  /** With finalizers, or of a pod on a node, deletion only begins here. */
  delete(ask: WriteAsk, options: RawObject): { entry: Entry; isGone: boolean } {
    const { store, clock } = this.#deps
    const { type, namespace, name } = ask
    const before = store.get(type.storage, namespace, name)
    if (!before) throw notFound(type, name)
    const metadata = before.object.metadata as Meta
    const wanted = (options.preconditions ?? {}) as { uid?: string; resourceVersion?: string }
    if (
      (wanted.uid && wanted.uid !== metadata.uid) ||
      (wanted.resourceVersion && wanted.resourceVersion !== metadata.resourceVersion)
    )
      throw conflict({ group: type.group, plural: type.kind }, name)
    if (ask.isDryRun) return { entry: before, isGone: true }
    const grace =
      type.kind === 'Pod' && (before.object.spec as { nodeName?: string })?.nodeName
        ? Number(options.gracePeriodSeconds ?? 30)
        : 0
    const isHeld = (metadata.finalizers ?? []).length > 0
    if (!isHeld && grace === 0) return { entry: this.#remove(type, before, options), isGone: true }
    const marked = metadata.deletionTimestamp
      ? before
      : store.put(type.storage, namespace, name, {
          ...before.object,
          metadata: {
            ...metadata,
            deletionTimestamp: wireTime(clock.now() + grace * 1_000),
            deletionGracePeriodSeconds: grace,
            ...(type.hasGeneration ? { generation: Number(metadata.generation ?? 0) + 1 } : {}),
          },
        })
    if (isHeld) return { entry: marked, isGone: false }
    const finish = () => {
      const now = store.get(type.storage, namespace, name)
      if (now && (now.object.metadata as Meta).uid === metadata.uid) this.#remove(type, now, options)
    }
    if (this.#options.terminationMs > 0) clock.after(this.#options.terminationMs, finish)
    else finish()
    return { entry: marked, isGone: false }
  }
  #remove(type: Served, entry: Entry, options: RawObject): Entry {
    const { store } = this.#deps
    store.delete(type.storage, entry.namespace, entry.name)
    const { uid } = entry.object.metadata as Meta
    if (uid && options.propagationPolicy !== 'Orphan') this.#collect(uid)
    if (type.kind === 'Namespace') this.#empty(entry.name)
    return entry
  }
  /** The garbage collector: what the deleted one owned goes too. */
  #collect(uid: string): void {
    for (const type of this.#storages()) {
      for (const entry of this.#deps.store.list(type.storage)) {
        const owners = (entry.object.metadata as Meta).ownerReferences ?? []
        if (owners.some((owner) => owner.uid === uid)) this.#remove(type, entry, {})
      }
    }
  }
  #empty(namespace: string): void {
    for (const type of this.#storages()) {
      if (!type.namespaced) continue
      for (const entry of this.#deps.store.list(type.storage))
        if (entry.namespace === namespace) this.#deps.store.delete(type.storage, namespace, entry.name)
    }
  }
  #storages(): Served[] {
    return [...new Map(this.#deps.registry.all().map((type) => [type.storage, type])).values()]
  }
  #checked(ask: WriteAsk, body: RawObject): { metadata: Meta; fields: RawObject } {
    const { type } = ask
    const { apiVersion, kind, ...fields } = type.group === 'events.k8s.io' ? asStoredEvent(body) : body
    const isOther =
      (kind !== undefined && kind !== type.kind) ||
      (apiVersion !== undefined && apiVersion !== apiVersionOf(type))
    if (isOther && type.isCustom) throw invalid(String(kind), type.group, '', 'kind', `must be ${type.kind}`)
    if (isOther)
      throw badRequest(
        `the object is ${String(apiVersion)} ${String(kind)}, not ${apiVersionOf(type)} ${type.kind}`,
      )
    const metadata = { ...((fields.metadata ?? {}) as Meta) }
    if (type.namespaced && metadata.namespace !== undefined && metadata.namespace !== ask.namespace)
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      )
    return { metadata, fields }
  }
  #replace(ask: WriteAsk, before: Entry, object: RawObject, operation: 'Update' | 'Apply'): Entry {
    const { type, namespace, name } = ask
    const old = before.object.metadata as Meta
    const metadata = { ...(object.metadata as Meta) }
    if (metadata.resourceVersion && metadata.resourceVersion !== old.resourceVersion)
      throw conflict(type, name)
    for (const field of ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds']) {
      if (old[field] === undefined) delete metadata[field]
      else metadata[field] = old[field]
    }
    Object.assign(metadata, { name, ...(namespace ? { namespace } : {}) })
    const isStatus = ask.subresource === 'status'
    const next: Record<string, unknown> = isStatus
      ? { ...before.object, status: object.status }
      : { ...object, ...(type.hasStatus ? { status: before.object.status } : {}), metadata }
    if (next.status === undefined) delete next.status
    if (!isStatus && type.hasGeneration) metadata.generation = generationOf(next, before)
    const kept = (isStatus ? old : metadata) as Meta
    // Who takes the last finalizer off ends it: that is no change of its own.
    if (old.deletionTimestamp && old.finalizers?.length && !kept.finalizers?.length && !ask.isDryRun)
      return this.#remove(type, before, {})
    return this.#save(ask, next, before, operation)
  }
  #save(ask: WriteAsk, object: RawObject, before: Entry | undefined, operation: 'Update' | 'Apply'): Entry {
    const { store, clock } = this.#deps
    const metadata = { ...(object.metadata as Meta) }
    metadata.managedFields = managedBy(
      { manager: ask.manager, operation, apiVersion: apiVersionOf(ask.type), time: wireTime(clock.now()) },
      ask.subresource,
      object,
      before?.object,
    )
    const next = { ...object, metadata }
    const name = String(metadata.name)
    if (ask.isDryRun) return { namespace: ask.namespace, name, object: next }
    // An update that changes nothing makes no new version.
    if (before && isSame(before.object, next)) return before
    return store.put(ask.type.storage, ask.namespace, name, next)
  }
  #fill(metadata: Meta, namespace: string, before: Entry | undefined): void {
    const { random, clock } = this.#deps
    const old = before?.object.metadata as Meta | undefined
    if (namespace) metadata.namespace = namespace
    else delete metadata.namespace
    metadata.uid ??= old?.uid ?? random.uuid(clock.now())
    metadata.creationTimestamp ??= old?.creationTimestamp ?? wireTime(clock.now())
  }
}

/** RFC 3339 to the second, as metav1.Time. */
export const wireTime = (ms: number): string => isoTime(Math.floor(ms / 1_000) * 1_000).replace('.000Z', 'Z')

const isSame = (before: RawObject, after: RawObject): boolean => essence(before) === essence(after)
function essence(object: RawObject): string {
  const { resourceVersion: _v, managedFields: _m, ...metadata } = object.metadata as Meta
  return JSON.stringify(sorted({ ...object, metadata }))
}
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  )
}

/** Rises when the spec changes. */
function generationOf(after: RawObject, before: Entry | undefined): number {
  const generation = Number((before?.object.metadata as Meta | undefined)?.generation ?? 0)
  const isChanged =
    before && JSON.stringify(sorted(before.object.spec)) !== JSON.stringify(sorted(after.spec))
  return !before ? 1 : isChanged ? generation + 1 : generation
}

/** RFC 1123 subdomains; RBAC names may be almost anything. */
function checkName(type: Served, name: string): void {
  if (name === '')
    throw invalid(
      type.kind,
      type.group,
      '',
      'metadata.name',
      'Required value: name or generateName is required',
    )
  if (type.group === 'rbac.authorization.k8s.io') return
  if (name.length > 253 || !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name))
    throw invalid(type.kind, type.group, name, 'metadata.name', `Invalid value: ${JSON.stringify(name)}`)
}

const letters = 'bcdfghjklmnpqrstvwxz2456789'
const suffix = (random: Random): string =>
  Array.from({ length: 5 }, () => letters[Math.floor(random.next() * letters.length)]).join('')
