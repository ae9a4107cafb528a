import { z } from 'zod'
import { eachOf } from '../../kernel/semaphore.ts'
import type { ServedResource } from '../../port/cluster-api.ts'
import type { ApiCaller, Call } from './api-caller.ts'
import { parseJson } from './list-page.ts'

const aggregated = 'apidiscovery.k8s.io'
const accept = [
  `application/json;g=${aggregated};v=v2;as=APIGroupDiscoveryList`,
  `application/json;g=${aggregated};v=v2beta1;as=APIGroupDiscoveryList`,
  'application/json',
].join(',')
const bytesMax = 16 * 1_048_576
const timeoutMs = 30_000
/** Groups with their versions, where each is asked for on its own. */
const versionsMax = 1_000
const parallelMax = 6

const word = z.string().catch('')
const words = z.array(z.string()).catch([])
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((all) =>
      all.flatMap((one): z.output<T>[] => {
        const parsed = item.safeParse(one)
        return parsed.success ? [parsed.data] : []
      }),
    )

/** https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
const GroupDiscovery = z.object({
  metadata: z.object({ name: word }).catch({ name: '' }),
  versions: listOf(
    z.object({
      version: z.string(),
      freshness: word,
      resources: listOf(
        z.object({
          resource: z.string(),
          responseKind: z.object({ kind: word }).catch({ kind: '' }),
          scope: word,
          verbs: words,
        }),
      ),
    }),
  ),
})
const Aggregated = z.object({ kind: z.literal('APIGroupDiscoveryList'), items: listOf(GroupDiscovery) })

const CoreVersions = z.object({ versions: words })
const Groups = z.object({
  groups: listOf(
    z.object({
      name: z.string(),
      versions: listOf(z.object({ version: z.string() })),
      preferredVersion: z.object({ version: word }).catch({ version: '' }),
    }),
  ),
})
const Resources = z.object({
  resources: listOf(
    z.object({ name: z.string(), kind: word, namespaced: z.boolean().catch(false), verbs: words }),
  ),
})

type Discovered = { resources: ServedResource[]; missing: string[] }

/**
 * Every resource in the preferred version of its group, or in the first one that has it where that has not. Aggregated: two requests;
 * else one for each version of each group.
 */
export async function discover(caller: ApiCaller, signal: AbortSignal | undefined): Promise<Discovered> {
  const ask = async (path: string): Promise<unknown> => {
    const asked: Call['asked'] = { verb: 'get', resource: path }
    const { body } = await caller.send({ path, accept, asked, timeoutMs, bytesMax, signal })
    return parseJson(body)
  }
  const found = new Found()
  await Promise.all(
    ['/api', '/apis'].map(async (root) => {
      const answer = await ask(root)
      const parsed = Aggregated.safeParse(answer)
      if (parsed.success) addAggregated(found, parsed.data.items)
      else await addEach(found, root, answer, ask)
    }),
  )
  return found.all()
}

/** The first version that names a resource wins, so versions are added in order of preference. */
class Found {
  readonly #resources = new Map<string, ServedResource & { rank: number }>()
  readonly missing = new Set<string>()
  add(resource: ServedResource, rank: number): void {
    // Subresources such as pods/log are no types of their own.
    if (resource.plural.includes('/') || resource.kind === '') return
    const key = `${resource.group}/${resource.plural}`
    const known = this.#resources.get(key)
    if (known === undefined || rank < known.rank) this.#resources.set(key, { ...resource, rank })
  }
  all(): Discovered {
    const resources = [...this.#resources.values()]
      .map(({ rank: _, ...resource }) => resource)
      .sort((a, b) => compare(a.group, b.group) || compare(a.plural, b.plural))
    return { resources, missing: [...this.missing].sort() }
  }
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function addAggregated(found: Found, groups: readonly z.output<typeof GroupDiscovery>[]): void {
  for (const { metadata, versions } of groups)
    for (const [rank, { version, freshness, resources }] of versions.entries()) {
      // Its server did not answer: what is told is from before, or nothing.
      if (freshness === 'Stale') found.missing.add(nameOf(metadata.name, version))
      else
        for (const { resource, responseKind, scope, verbs } of resources)
          found.add(
            {
              ...{ group: metadata.name, version, plural: resource, kind: responseKind.kind, verbs },
              namespaced: scope === 'Namespaced',
            },
            rank,
          )
    }
}

async function addEach(
  found: Found,
  root: string,
  answer: unknown,
  ask: (path: string) => Promise<unknown>,
): Promise<void> {
  const places = root === '/api' ? coreVersions(answer) : groupVersions(answer)
  for (const { group, version } of places.slice(versionsMax)) found.missing.add(nameOf(group, version))
  await eachOf(places.slice(0, versionsMax), parallelMax, async ({ group, version, rank }) => {
    const path = [root, ...(group === '' ? [] : [group]), version]
    try {
      const parsed = Resources.parse(
        await ask(path.map((part, i) => (i ? encodeURIComponent(part) : part)).join('/')),
      )
      for (const { name, kind, namespaced, verbs } of parsed.resources)
        found.add({ group, version, plural: name, kind, namespaced, verbs }, rank)
    } catch {
      found.missing.add(nameOf(group, version))
    }
  })
}

type Place = { group: string; version: string; rank: number }

function coreVersions(answer: unknown): Place[] {
  const parsed = CoreVersions.safeParse(answer)
  return (parsed.data?.versions ?? []).map((version, rank) => ({ group: '', version, rank }))
}

function groupVersions(answer: unknown): Place[] {
  const parsed = Groups.safeParse(answer)
  return (parsed.data?.groups ?? []).flatMap(({ name, versions, preferredVersion }) =>
    versions.map(({ version }, rank) => ({
      group: name,
      version,
      rank: version === preferredVersion.version ? -1 : rank,
    })),
  )
}

const nameOf = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`)
