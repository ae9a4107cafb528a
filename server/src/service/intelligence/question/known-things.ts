import type { Client } from '@aiops/contract/client'
import type { Cluster } from '@aiops/contract/model/cluster'
import { type Clock, systemClock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import { givingWay, type Stepwise } from '../../../kernel/stepwise.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { Caller, ClientOf } from '../../../port/operation-client.ts'
import { type Gazetteer, gazetteerSteps } from './gazetteer.ts'
import { thingsOfEntities } from './known-entities.ts'
import type { NamedThing } from './question.ts'

/** What a question may name, as one caller may see it. */
export type KnownNames = {
  things: readonly NamedThing[]
  /** Of these things: made with them, and kept as long as nothing changed, since of many it takes a while. */
  gazetteer: Gazetteer
  /** What is missing from it, and why. */
  notices: readonly string[]
}

export interface KnownThings {
  /**
   * What is kept for this tenant and these permissions; never waits longer than the first build may take. What is older than 15 s is
   * renewed beside it, while the older one serves.
   */
  of(caller: Caller): Promise<KnownNames>
}

export type KnownThingsOptions = {
  clock?: Clock
  /** Resolves with what is there by then. */
  withinMs?: number
}

const keptMs = 15_000
const firstBuildMs = 1_500
/** A renewal that takes longer is given up, and the older one serves on. */
const renewalMs = 20_000
/** Tenants with permissions that are kept; the one that was used longest ago goes. */
const keptMax = 200
const metricsMax = 20_000
/** Of incidents, alerts and the like. */
const listMax = 1_000
/** Incidents that ended longer ago are known by their number alone. */
const recentMs = 7 * 24 * 3_600_000

type Kept = KnownNames & { builtMs: number; renewing: boolean }

export function createKnownThings(deps: { clientOf: ClientOf; clock: Clock }): KnownThings {
  const { clock } = deps
  const kept = new Map<string, Kept>()
  const first = new Map<string, Promise<Kept>>()

  async function keep(key: string, { things, notices }: Gathered): Promise<Kept> {
    const turn = new Turn(clock)
    const breathe = async (): Promise<void> => {
      if (turn.due()) await turn.give()
    }
    const before = kept.get(key)
    const names =
      before && (await givingWay(areSame(before.things, things), breathe))
        ? before
        : { things, gazetteer: await givingWay(gazetteerSteps(things), breathe) }
    const now: Kept = {
      ...{ things: names.things, gazetteer: names.gazetteer, notices },
      ...{ builtMs: clock.monotonic(), renewing: false },
    }
    kept.delete(key)
    kept.set(key, now)
    if (kept.size > keptMax)
      for (const oldest of [...kept.keys()].slice(0, kept.size - keptMax)) kept.delete(oldest)
    return now
  }
  async function build(key: string, caller: Caller, withinMs: number): Promise<Kept> {
    const gathering = gather(deps.clientOf(caller), clock)
    const names = await gathering.within(withinMs)
    const now = await keep(key, names)
    // What took too long for a question that waits is there for the next.
    if (!gathering.isDone()) void gathering.within(renewalMs).then((all) => keep(key, all))
    return now
  }
  return {
    async of(caller) {
      const key = JSON.stringify([caller.tenant, [...caller.permissions].sort()])
      const have = kept.get(key)
      if (!have) {
        const building = first.get(key) ?? build(key, caller, firstBuildMs).finally(() => first.delete(key))
        first.set(key, building)
        return await building
      }
      kept.delete(key)
      kept.set(key, have)
      if (!have.renewing && clock.monotonic() - have.builtMs > keptMs) {
        have.renewing = true
        void build(key, caller, renewalMs).catch(() => {
          have.renewing = false
        })
      }
      return have
    },
  }
}

/** Everything a question may name, for once. Never throws: a part that cannot be had is left out. */
export async function knownThings(client: Client, options: KnownThingsOptions = {}): Promise<NamedThing[]> {
  const { clock = systemClock, withinMs = renewalMs } = options
  return [...(await gather(client, clock).within(withinMs)).things]
}

type Part = { what: string; look: () => Promise<NamedThing[]> }
type Gathered = Omit<KnownNames, 'gazetteer'>
type Gathering = { within(ms: number): Promise<Gathered>; isDone(): boolean }

/** Asks for all parts at once; what is there within a time can be had again and again. */
function gather(client: Client, clock: Clock): Gathering {
  const parts = partsOf(client, clock)
  const found: (NamedThing[] | undefined)[] = parts.map(() => undefined)
  const reasons: (string | undefined)[] = parts.map(() => undefined)
  let done = false
  const looks = Promise.all(
    parts.map(async ({ look }, i) => {
      try {
        found[i] = await look()
      } catch (error) {
        reasons[i] = messageOf(error).slice(0, 200)
      }
    }),
  ).then(() => {
    done = true
  })
  return {
    isDone: () => done,
    async within(ms) {
      await Promise.race([looks, new Promise<void>((resolve) => clock.after(ms, resolve))])
      return {
        things: await joined(found, clock),
        notices: parts.flatMap(({ what }, i) =>
          found[i] !== undefined
            ? []
            : [`Names of ${what} are not known: ${reasons[i] ?? 'they were not there in time'}.`],
        ),
      }
    },
  }
}

function partsOf(client: Client, clock: Clock): Part[] {
  return [
    { what: 'clusters and topology', look: () => entities(client, clock) },
    { what: 'incidents', look: () => incidents(client, clock) },
    { what: 'alerts', look: () => alerts(client) },
    { what: 'runbooks', look: () => runbooks(client) },
    { what: 'people', look: () => people(client) },
    { what: 'providers', look: () => providers(client).catch(() => []) },
    { what: 'metrics', look: () => metrics(client) },
    { what: 'metrics of clusters', look: () => metricsOfClusters(client) },
  ]
}

async function entities(client: Client, clock: Clock): Promise<NamedThing[]> {
  const [clusters, topology] = await Promise.allSettled([clustersOf(client), client.getTopology()])
  if (clusters.status === 'rejected' && topology.status === 'rejected') throw topology.reason
  const known = clusters.status === 'fulfilled' ? clusters.value : []
  const found = topology.status === 'fulfilled' ? topology.value.entities : []
  const turn = new Turn(clock)
  return [...known, ...(await thingsOfEntities(found, known, turn))]
}

async function clustersOf(client: Client): Promise<NamedThing[]> {
  const clusters: Cluster[] = []
  for (let page = 1; page <= 50; page++) {
    const answer = await client.listClusters({ query: { page, page_size: 200 } })
    clusters.push(...answer.items)
    if (page >= answer.total_pages) break
  }
  const inRegion = Map.groupBy(clusters, ({ region }) => region)
  return clusters.map(({ id, name, display_name, region }) => {
    // "the cluster in eu-west", where there is one.
    const isAlone = region && inRegion.get(region)?.length === 1
    const aliases = [display_name, isAlone ? region : undefined].flatMap((one) =>
      one && one !== name ? [one] : [],
    )
    return {
      ...{ kind: 'CLUSTER', name, id, cluster_id: id },
      ...(aliases.length > 0 ? { aliases } : {}),
    }
  })
}

async function incidents(client: Client, clock: Clock): Promise<NamedThing[]> {
  const [open, recent] = await Promise.all([
    client.listIncidents({ query: { status: ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'], limit: 200 } }),
    client.listIncidents({
      query: { start_time: new Date(clock.now() - recentMs).toISOString(), limit: 200 },
    }),
  ])
  return [...open.incidents, ...recent.incidents].map(({ id, number }) => ({
    ...{ kind: 'INCIDENT', name: `INC-${number}`, id },
    aliases: [`#${number}`, `incident ${number}`],
  }))
}

async function alerts(client: Client): Promise<NamedThing[]> {
  const [firing, recent] = await Promise.allSettled([
    client.listAlerts({ query: { state: 'FIRING', limit: listMax } }),
    client.listAlertHistory({ query: { limit: listMax } }),
  ])
  if (firing.status === 'rejected') throw firing.reason
  const all = [...firing.value.alerts, ...(recent.status === 'fulfilled' ? recent.value.alerts : [])]
  const names = new Set(all.map(({ name }) => name))
  const teams = new Set(
    all.flatMap(({ labels }) => [labels.team, labels.owner].filter((one) => one !== undefined)),
  )
  return [
    ...[...names].map((name): NamedThing => ({ kind: 'ALERT', name, id: name })),
    ...[...teams].filter(isName).map((name): NamedThing => ({ kind: 'PERSON', name, id: name })),
  ]
}

async function runbooks(client: Client): Promise<NamedThing[]> {
  const answer = await client.listRunbooks()
  return answer.runbooks.slice(0, listMax).map(({ id, name }) => ({
    ...{ kind: 'RUNBOOK', name: id, id },
    ...(name === id ? {} : { aliases: [name] }),
  }))
}

/** Who silenced and who changed something of late. */
async function people(client: Client): Promise<NamedThing[]> {
  const [silences, changes] = await Promise.allSettled([
    client.listSilences({ query: { limit: listMax } }),
    client.listChanges({ query: { page_size: 200 } }),
  ])
  const names = new Set([
    ...(silences.status === 'fulfilled' ? silences.value.silences.map((one) => one.created_by) : []),
    ...(changes.status === 'fulfilled' ? changes.value.items.flatMap(({ actor }) => actor ?? []) : []),
  ])
  return [...names].filter(isName).map((name) => ({ kind: 'PERSON', name, id: name }))
}

/** Providers and the services that are told of there. Who may not see costs, or asks where none are told, names none. */
async function providers(client: Client): Promise<NamedThing[]> {
  const { readings, placements } = await client.listProviderTelemetry()
  const all = [...readings, ...placements]
  const names = [...new Set(all.map(({ provider }) => provider))].slice(0, listMax)
  const services = [...new Set(all.map(({ service }) => service))].slice(0, listMax)
  return [
    ...names.map((name): NamedThing => ({ kind: 'PROVIDER', name, id: name })),
    ...services.map((name): NamedThing => ({ kind: 'SERVICE', name, id: `service/${name}` })),
  ]
}

async function metrics(client: Client): Promise<NamedThing[]> {
  const { values } = await client.listLabelValues({ params: { name: '__name__' } })
  return values.slice(0, metricsMax).map((name) => ({ kind: 'METRIC', name, id: name }))
}

async function metricsOfClusters(client: Client): Promise<NamedThing[]> {
  const { metadata } = await client.listMetricMetadata()
  return Object.keys(metadata)
    .slice(0, metricsMax)
    .map((name) => ({ kind: 'METRIC', name, id: name }))
}

/** A word that somebody could say. */
const isName = (name: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{1,63}$/u.test(name)

/** One list, each thing once, metrics bounded. */
async function joined(parts: readonly (NamedThing[] | undefined)[], clock: Clock): Promise<NamedThing[]> {
  const turn = new Turn(clock)
  const found: NamedThing[] = []
  const seen = new Set<string>()
  let metricCount = 0
  for (const part of parts)
    for (const thing of part ?? []) {
      const key = `${thing.kind} ${thing.id}`
      if (seen.has(key) || (thing.kind === 'METRIC' && ++metricCount > metricsMax)) continue
      seen.add(key)
      found.push(thing)
      if (found.length % 512 === 0 && turn.due()) await turn.give()
    }
  return found
}

function* areSame(before: readonly NamedThing[], after: readonly NamedThing[]): Stepwise<boolean> {
  if (before.length !== after.length) return false
  for (const [i, one] of before.entries()) {
    if (i % 512 === 511) yield
    const other = after[i]!
    const isSame =
      one.id === other.id &&
      one.kind === other.kind &&
      one.name === other.name &&
      one.cluster_id === other.cluster_id &&
      one.namespace === other.namespace &&
      one.workload_kind === other.workload_kind &&
      one.aliases?.join('\n') === other.aliases?.join('\n')
    if (!isSame) return false
  }
  return true
}
