import { type EntityId, EntityKind, entityId, entityKind } from '@aiops/contract/model/entity'
import type { DeliveryConfig } from './config.ts'
import type { Named, Told } from './told.ts'

/** What the configuration says, by repository in the one form of `repositoryPath`, and by name. */
export type Mapping = {
  repositories: ReadonlyMap<string, readonly string[]>
  names: ReadonlyMap<string, readonly string[]>
}
type Knows = (entity: EntityId) => boolean

const entitiesMax = 50
const entityLengthMax = 600
export const mappingOf = ({
  repositories,
  names,
}: Pick<DeliveryConfig, 'repositories' | 'names'>): Mapping => ({
  repositories: new Map(Object.entries(repositories).map(([path, about]) => [repositoryPath(path), about])),
  names: new Map(Object.entries(names)),
})

/** What a delivery system may change, the likeliest first. */
const kinds = ['service', 'database', 'queue', 'function', 'pod', 'node', 'host', 'external'] as const

/**
 * What a change is about: what its sender says itself, else what the configuration says of its repository and names, else entities that
 * the topology knows by exactly such a name. Nothing is guessed: empty where none of these names one.
 */
export function entitiesOf(
  told: Pick<Told, 'explicit' | 'repositories' | 'names'>,
  mapping: Mapping,
  knows: Knows,
): EntityId[] {
  const paths = told.repositories.map(repositoryPath)
  for (const found of [
    told.explicit.map(readEntity),
    mappedOf(told, paths, mapping).map(readEntity),
    [...told.names, ...paths.map((path) => ({ name: path.split('/').at(-1) ?? path }))].flatMap((named) =>
      knownAs(named, knows),
    ),
  ]) {
    const entities = [...new Set(found.filter((id) => id !== undefined))]
    if (entities.length > 0) return entities.slice(0, entitiesMax)
  }
  return []
}

/** `https://host/org/shop.git`, `git@host:org/shop.git` and `org/shop` are the same repository. */
export const repositoryPath = (text: string): string =>
  text
    .replace(/^[a-z+]+:\/\/[^/]*\//i, '')
    .replace(/^[^/@]*@[^:/]*:/, '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
    .toLowerCase()

/** `service/cart` and `service:cart`; undefined for a kind that nobody knows. */
function readEntity(text: string): EntityId | undefined {
  const id = text.replace(/^([a-z]+):/, '$1/')
  const isOne = id.length <= entityLengthMax && /^[a-z]+\/.+$/s.test(id)
  return isOne && EntityKind.safeParse(entityKind(id)).success ? id : undefined
}

function mappedOf(
  { names }: Pick<Told, 'names'>,
  paths: readonly string[],
  mapping: Mapping,
): readonly string[] {
  return [
    ...paths.flatMap((path) => mapping.repositories.get(path) ?? []),
    ...names.flatMap(({ name }) => mapping.names.get(name) ?? []),
  ]
}

function knownAs({ name, namespace }: Named, knows: Knows): EntityId[] {
  const called = namespace === undefined ? [name] : [`${namespace}/${name}`, name]
  for (const kind of kinds)
    for (const one of called) if (knows(entityId(kind, one))) return [entityId(kind, one)]
  return []
}
