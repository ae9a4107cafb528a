import { type Clock, systemClock } from '../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import { type ClusterApi, ClusterApiFailure } from '../../port/cluster-api.ts'
import { type Kind, type KubeObject, kindNames, kinds, readObject, resourceTypeOf } from './object/kind.ts'
import { viewOf } from './snapshot.ts'
import type { ClusterView } from './view.ts'

export type ListingOptions = {
  /** Where only these may be read; things of the cluster as a whole are asked for all the same. */
  namespaces?: readonly string[]
  /** Left out: the read set. */
  kinds?: readonly Kind[]
  signal?: AbortSignal
  clock?: Pick<Clock, 'now'>
}

/** What could not be read of a cluster, and why. */
export type UnknownKind = { kind: Kind; message: string }

/**
 * A cluster's objects, listed once, for commands that have no server. A kind that is denied, absent or fails is unknown to the view and
 * named, save one that is no part of every cluster and absent. Throws where nothing at all could be read.
 */
export async function listCluster(
  api: ClusterApi,
  options: ListingOptions = {},
): Promise<{ view: ClusterView; unknown: UnknownKind[] }> {
  const wanted = [...(options.kinds ?? kindNames)]
  const objects = new Map<Kind, KubeObject[]>()
  const failures = new Map<Kind, unknown>()
  const queue = wanted.values()
  const worker = async (): Promise<void> => {
    for (const kind of queue) {
      try {
        objects.set(kind, await listKind(api, kind, options))
      } catch (error) {
        options.signal?.throwIfAborted()
        if (isFault(error) && error.code === 'CREDENTIALS_INVALID') throw error
        failures.set(kind, error)
      }
    }
  }
  await Promise.all(Array.from({ length: parallelMax }, worker))
  if (wanted.length > 0 && objects.size === 0) throw failures.get(wanted[0]!)
  const view = viewOf(objects, {
    timeMs: (options.clock ?? systemClock).now(),
    unknown: [...failures.keys()],
  })
  return { view, unknown: wanted.flatMap((kind) => unknownOf(kind, failures.get(kind))) }
}

const parallelMax = 4
const pageSize = 500
/** Objects of a kind; a cluster that answers with more is not believed. */
const objectsMax = 500_000
/** A list whose pages are not kept any more is begun anew so often. */
const attemptsMax = 3

async function listKind(api: ClusterApi, kind: Kind, options: ListingOptions): Promise<KubeObject[]> {
  const { namespaces } = options
  if (!namespaces || !kinds[kind].type.namespaced) return await listOnce(api, kind, undefined, options.signal)
  const objects: KubeObject[] = []
  for (const namespace of namespaces) {
    for (const object of await listOnce(api, kind, namespace, options.signal)) objects.push(object)
  }
  return objects
}

async function listOnce(
  api: ClusterApi,
  kind: Kind,
  namespace: string | undefined,
  signal: AbortSignal | undefined,
): Promise<KubeObject[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listPages(api, kind, namespace, signal)
    } catch (error) {
      const isGone = error instanceof ClusterApiFailure && error.isGone
      if (!isGone || attempt >= attemptsMax) throw error
    }
  }
}

async function listPages(
  api: ClusterApi,
  kind: Kind,
  namespace: string | undefined,
  signal: AbortSignal | undefined,
): Promise<KubeObject[]> {
  const objects: KubeObject[] = []
  const { metadataOnly = false } = kinds[kind] as { metadataOnly?: boolean }
  let next: string | undefined
  do {
    const page = await api.list(resourceTypeOf(kind), {
      limit: pageSize,
      metadataOnly,
      ...(namespace === undefined ? {} : { namespace }),
      ...(next === undefined ? {} : { continue: next }),
      ...(signal ? { signal } : {}),
    })
    for (const raw of page.items) {
      const object = readObject(kind, raw)
      if (object) objects.push(object)
    }
    if (objects.length > objectsMax || (page.continue !== undefined && page.continue === next)) {
      throw new Fault('UPSTREAM_FAILED', `The list of ${kind} objects does not end.`)
    }
    next = page.continue || undefined
  } while (next !== undefined)
  return objects
}

function unknownOf(kind: Kind, error: unknown): UnknownKind[] {
  if (error === undefined) return []
  const isAbsent = isFault(error) && error.code === 'NOT_FOUND'
  const { optional = false } = kinds[kind] as { optional?: boolean }
  return isAbsent && optional ? [] : [{ kind, message: messageOf(error) }]
}
