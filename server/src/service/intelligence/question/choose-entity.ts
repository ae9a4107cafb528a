import type { EntityRef, Intent } from '@aiops/contract/model/answer'
import type { EntityKind } from './kind-word.ts'
import { choicesMax } from './link.ts'
import type { Link } from './linked.ts'
import type { NamedThing } from './question.ts'

/** A name that is one thing in several layers is one thing to people: which layer, the intent says. */
const serviceFirst: readonly EntityKind[] = [
  ...([
    'INCIDENT',
    'SERVICE',
    'DATABASE',
    'QUEUE',
    'EXTERNAL',
    'WORKLOAD',
    'FUNCTION',
    'NODE',
    'HOST',
    'CLUSTER',
  ] as const),
  ...(['NAMESPACE', 'POD', 'GPU', 'ALERT', 'RUNBOOK', 'PERSON', 'PROVIDER', 'METRIC'] as const),
]
const workloadFirst: readonly EntityKind[] = ['WORKLOAD', 'POD', 'NAMESPACE', ...serviceFirst]
const workloadIntents: ReadonlySet<Intent> = new Set([
  ...([
    'LIST_PODS',
    'LIST_WORKLOADS',
    'RESTARTS',
    'PENDING_PODS',
    'IMAGE_PULLS',
    'LIST_EVENTS',
    'CNF',
    'GPU',
  ] as const),
])
/** Where money is spoken of, a provider is a provider, whatever else bears its name. */
const providerFirst: readonly EntityKind[] = ['PROVIDER', ...serviceFirst]
const providerIntents: ReadonlySet<Intent> = new Set([
  'COST',
  'PRICES',
  'SAVINGS',
  'PLACEMENT',
  'DEPLOYMENTS',
  'ACT',
])
/** One name in many clusters is no question of which: everything of that name is meant. */
const manyAreOne: ReadonlySet<EntityKind> = new Set(['NAMESPACE', 'ALERT', 'RUNBOOK', 'METRIC', 'PERSON'])

export type Scope = { clusterIds: ReadonlySet<string>; namespaces: ReadonlySet<string> }

export type Chosen = { ref: EntityRef } | { choices: readonly EntityRef[] }

/** What the link means to this intent: one thing, or several that a person has to choose from. */
export function chooseEntity(link: Link, intent: Intent, scope: Scope): Chosen {
  const things = inScope(link.things, scope)
  const names = new Set(things.map((thing) => thing.name))
  const kind = bestKind(things, link.said, intent)
  const ofKind = things.filter((thing) => thing.kind === kind)
  if (names.size > 1) {
    // Several names: one choice for each, in the best layer that it has.
    const each = [...names].map((name) => {
      const ofName = things.filter((thing) => thing.name === name)
      const layer = bestKind(ofName, link.said, intent)
      return ofName.find((thing) => thing.kind === layer)!
    })
    const same = each.filter((thing) => thing.kind === kind)
    const open = link.said.length > 0 && same.length > 0 ? same : each
    return open.length === 1 ? { ref: refOf(open[0]!) } : { choices: open.slice(0, choicesMax).map(refOf) }
  }
  const distinct = distinctOf(ofKind)
  if (distinct.length === 1) return { ref: refOf(distinct[0]!) }
  if (manyAreOne.has(kind)) {
    const { cluster_id, ...rest } = refOf(distinct[0]!)
    return { ref: rest }
  }
  const other = things.filter(
    (thing) => thing.kind === 'SERVICE' || thing.kind === 'DATABASE' || thing.kind === 'QUEUE',
  )
  if (kind === 'WORKLOAD' && distinctOf(other).length === 1) return { ref: refOf(other[0]!) }
  return { choices: distinct.slice(0, choicesMax).map(refOf) }
}

function inScope(things: readonly NamedThing[], { clusterIds, namespaces }: Scope): readonly NamedThing[] {
  const narrow = (some: readonly NamedThing[], keep: (thing: NamedThing) => boolean) => {
    const kept = some.filter(keep)
    return kept.length > 0 ? kept : some
  }
  let kept = things
  if (clusterIds.size > 0)
    kept = narrow(kept, ({ cluster_id }) => cluster_id === undefined || clusterIds.has(cluster_id))
  if (namespaces.size > 0)
    kept = narrow(kept, ({ namespace }) => namespace === undefined || namespaces.has(namespace))
  return kept
}

function bestKind(things: readonly NamedThing[], said: readonly EntityKind[], intent: Intent): EntityKind {
  const first = workloadIntents.has(intent)
    ? workloadFirst
    : providerIntents.has(intent)
      ? providerFirst
      : serviceFirst
  const order = [...said, ...first]
  return order.find((kind) => things.some((thing) => thing.kind === kind)) ?? things[0]!.kind
}

function distinctOf(things: readonly NamedThing[]): NamedThing[] {
  const seen = new Set<string>()
  return things.filter((thing) => {
    const key = `${thing.id} ${thing.cluster_id ?? ''} ${thing.namespace ?? ''}`
    return !seen.has(key) && seen.add(key)
  })
}

export function refOf({ kind, name, id, cluster_id, namespace, workload_kind }: EntityRef): EntityRef {
  return {
    ...{ kind, name, id },
    ...(cluster_id === undefined ? {} : { cluster_id }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(workload_kind === undefined ? {} : { workload_kind }),
  }
}
