import { Fault, isFault } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import { ClusterApiFailure, type ClusterWatchEvent, type RawObject } from '../../../port/cluster-api.ts'
import { Sharer } from '../memory/share.ts'
import { type Kind, kinds, type ObjectOf, readObject, resourceTypeOf } from '../object/kind.ts'
import { sliceMs, type WatchContext } from './context.ts'
import { keyOf, versionNumber } from './known-version.ts'

export type Listed<K extends Kind> = {
  objects: ObjectOf<K>[]
  versions: Map<string, number>
  /** Where a watch goes on. */
  version: string
  /** Of WatchList: the watch itself, which goes on from there. */
  events?: AsyncIterator<ClusterWatchEvent>
}
export type Scope<K extends Kind> = { kind: K; namespace: string | undefined }

const objectsMax = 1_000_000
/** A sharer's own tables are some 400 KB. */
const sharedFrom = 500
/** A continue token is of a snapshot that is kept for some minutes; a list that takes longer begins again. */
const attemptsMax = 3

/** What an API server says that has WatchList not: Invalid, or a bad request. */
export const isWatchListRefused = (error: unknown): boolean =>
  error instanceof ClusterApiFailure && (error.httpStatus === 422 || error.httpStatus === 400)

/**
 * Pages of one snapshot, as it is now and not as a cache may have it: with resourceVersion 0 older API servers ignore the limit and send
 * everything at once. A page that is too large, or a snapshot that is gone, begins it anew.
 */
export async function listByPage<K extends Kind>(
  scope: Scope<K>,
  context: WatchContext,
  signal: AbortSignal,
): Promise<Listed<K>> {
  let limit = context.settings.pageObjects
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await pages(scope, context, limit, signal)
    } catch (error) {
      if (attempt >= attemptsMax || signal.aborted) throw error
      if (isFault(error) && error.code === 'BODY_TOO_LARGE' && limit > 1) limit = Math.ceil(limit / 8)
      else if (!(error instanceof ClusterApiFailure && error.isGone)) throw error
    }
  }
}

async function pages<K extends Kind>(
  scope: Scope<K>,
  context: WatchContext,
  limit: number,
  signal: AbortSignal,
): Promise<Listed<K>> {
  const turn = new Turn(context.clock, sliceMs)
  const gathered = new Gathered(scope, context)
  let next: string | undefined
  do {
    const page = await context.api.list(resourceTypeOf(scope.kind), {
      ...{ limit, signal, metadataOnly: kinds[scope.kind as Kind].metadataOnly === true },
      ...(scope.namespace === undefined ? {} : { namespace: scope.namespace }),
      ...(next === undefined ? {} : { continue: next }),
    })
    for (const item of page.items) {
      gathered.add(item)
      if (turn.due()) await turn.give()
    }
    context.metrics.events.inc({ type: 'LISTED' }, page.items.length)
    gathered.version = page.resourceVersion
    next = page.continue
  } while (next !== undefined)
  return gathered.listed()
}

/** `events` begins with what there is; the bookmark that ends it ends this. The rest of it is the caller's to read. */
export async function listByStream<K extends Kind>(
  scope: Scope<K>,
  context: WatchContext,
  events: AsyncIterator<ClusterWatchEvent>,
  heard: () => void,
): Promise<Listed<K>> {
  const turn = new Turn(context.clock, sliceMs)
  const gathered = new Gathered(scope, context)
  for (;;) {
    const { done, value } = await events.next()
    if (done)
      throw new Fault('UPSTREAM_FAILED', 'The API server ended a watch before it had told what there is.')
    heard()
    if (value.type === 'BOOKMARK') {
      gathered.version = value.resourceVersion
      if (value.initialEventsEnd) return { ...gathered.listed(), events }
    } else if (value.type === 'DELETED') gathered.remove(value.object)
    else gathered.add(value.object)
    context.metrics.events.inc({ type: 'LISTED' })
    if (turn.due()) await turn.give()
  }
}

/** One object a name: what is told twice counts as it was told last. */
class Gathered<K extends Kind> {
  version = ''
  readonly #scope: Scope<K>
  readonly #context: WatchContext
  readonly #objects = new Map<string, ObjectOf<K>>()
  /** Of a long list: pods of one workload have most in common, which would otherwise be there once for each until the list is whole. */
  #sharer: Sharer | undefined
  constructor(scope: Scope<K>, context: WatchContext) {
    this.#scope = scope
    this.#context = context
  }
  add(raw: RawObject): void {
    const object = objectOf(this.#scope, raw, this.#context)
    if (!object) return
    if (this.#objects.size >= sharedFrom) this.#sharer ??= new Sharer()
    this.#objects.set(keyOf(object.metadata), this.#sharer?.share(object, undefined).value ?? object)
    if (this.#objects.size > objectsMax)
      throw new Fault(
        'BODY_TOO_LARGE',
        `There are more than ${objectsMax} objects of kind ${this.#scope.kind}.`,
      )
  }
  remove(raw: RawObject): void {
    const object = objectOf(this.#scope, raw, this.#context)
    if (object) this.#objects.delete(keyOf(object.metadata))
  }
  listed(): Listed<K> {
    const versions = new Map<string, number>()
    for (const [key, { metadata }] of this.#objects)
      versions.set(key, versionNumber(metadata.resourceVersion))
    return { objects: [...this.#objects.values()], versions, version: this.version }
  }
}

/** Undefined, and counted, for what is no object of the kind, or of another namespace than was asked for. */
export function objectOf<K extends Kind>(
  { kind, namespace }: Scope<K>,
  raw: RawObject,
  { metrics }: Pick<WatchContext, 'metrics'>,
): ObjectOf<K> | undefined {
  const object = readObject(kind, raw)
  if (object && (namespace === undefined || object.metadata.namespace === namespace)) return object
  metrics.malformed.inc({ kind })
  return undefined
}
