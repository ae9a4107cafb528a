import type { Alert } from '@aiops/contract/model/alert'
import { defaultTenant } from '@aiops/contract/model/tenant'
import { isoTime } from '../../kernel/clock.ts'
import { type Random, seededRandom } from '../../kernel/random.ts'
import { CorrelateConfig } from './config.ts'
import { createCore, step } from './core/correlate-core.ts'
import type { CorrelateTopology } from './core/correlate-topology.ts'
import { settingsOf } from './core/settings.ts'
import { signalOfAlert } from './core/signal.ts'
import type { Core, Output } from './core/turn.ts'

/** Two chains of services and one that stands alone. */
const chains = [['front', 'checkout', 'payments', 'cart'], ['search', 'index'], ['alone']] as const
const t0 = 1_700_000_000_000
const tickMs = 1_000

/** A state of an alert, and when it reaches us. */
type Delivery = { alert: Alert; atMs: number }
export type Interleavings = { runs: number; other: number; seed: number }

/**
 * Random histories of alerts, delivered in two ways: each state once, in the order in which it came about, and with duplicates, up to
 * `lateMs` late, so that others overtake it and ends come before beginnings. `other` counts histories whose alerts are parted into
 * incidents otherwise, or whose incidents are not over when everything has ended. `spreadS` is over how many seconds alerts begin.
 *
 * Alerts of one burst end as one state. Where they begin further apart, a few histories do not: an alert is judged when it comes, by how
 * many places are in trouble as far as is known then, and what is an incident on somebody's screen is not torn apart by itself. That
 * tips what lies close to even odds.
 */
export function interleavings(options: {
  runs: number
  seed: number
  spreadS: number
  lateMs: number
}): Interleavings {
  const { runs, seed, spreadS, lateMs } = options
  const random = seededRandom(seed)
  let other = 0
  for (let run = 0; run < runs; run += 1) {
    const states = history(random, spreadS)
    const inOrder = states.toSorted((a, b) => a.atMs - b.atMs)
    const late = states
      .flatMap((state) => Array.from({ length: 1 + Math.floor(random.next() * 3) }, () => state))
      .map(({ alert, atMs }) => ({ alert, atMs: atMs + random.next() * lateMs }))
      .toSorted((a, b) => a.atMs - b.atMs)
    if (partition(inOrder) !== partition(late)) other += 1
  }
  return { runs, other, seed }
}

function history(random: Random, spreadS: number): Delivery[] {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random.next() * all.length)] as T
  const places = chains.flat()
  return Array.from({ length: 1 + Math.floor(random.next() * 10) }, () => {
    const [place, name] = [pick(places), pick(['A', 'B', 'C'])]
    const startMs = t0 + Math.floor(random.next() * (spreadS + 1)) * 1_000
    const endMs = startMs + 5_000 + Math.floor(random.next() * 116) * 1_000
    const fired = alertOf(place, name, pick(['MEDIUM', 'HIGH'] as const), startMs)
    const over: Alert = { ...fired, status: 'RESOLVED', ends_at: isoTime(endMs) }
    return [
      { alert: fired, atMs: startMs },
      { alert: over, atMs: endMs },
    ]
  }).flat()
}

function alertOf(place: string, name: string, severity: Alert['severity'], startMs: number): Alert {
  const fingerprint = `${place}-${name}`
  return {
    ...{
      id: `${fingerprint} ${startMs}`,
      tenant_id: defaultTenant,
      fingerprint,
      source: 'bench',
      name,
      severity,
    },
    ...{
      status: 'FIRING',
      message: '',
      labels: { alertname: name },
      annotations: {},
      entity: `service/${place}`,
    },
    ...{ starts_at: isoTime(startMs), ends_at: null, received_at: isoTime(startMs), incident_id: null },
  }
}

/** The incidents as sets of alerts, in one text; what is still open at the end is told too. */
function partition(deliveries: readonly Delivery[]): string {
  const homes = new Map<string, string>()
  let incidents = 0
  const core = createCore({
    ...{ tenant: defaultTenant, topology, settings: settingsOf(CorrelateConfig.parse({})) },
    newId() {
      incidents += 1
      return `incident-${incidents}`
    },
  })
  const note = (outputs: readonly Output[]): void => {
    for (const output of outputs) if (output.type === 'MEMBER') homes.set(output.memberId, output.incidentId)
  }
  let nowMs = t0
  for (const { alert, atMs } of deliveries) {
    for (; nowMs + tickMs <= atMs; nowMs += tickMs) note(step(core, { type: 'TICK', nowMs }))
    note(
      step(core, {
        type: 'SIGNAL',
        nowMs: atMs,
        signal: signalOfAlert({ ...alert, received_at: isoTime(atMs) }),
      }),
    )
  }
  for (let s = 0; s < 120; s += 1) note(step(core, { type: 'TICK', nowMs: nowMs + s * tickMs }))
  return JSON.stringify([setsOf(homes), openOf(core)])
}

const setsOf = (homes: ReadonlyMap<string, string>): string[] =>
  [...Map.groupBy([...homes], ([, incident]) => incident).values()]
    .map((members) =>
      members
        .map(([member]) => member)
        .sort()
        .join(', '),
    )
    .sort()

const openOf = ({ groups }: Core): number =>
  [...groups.all.values()].filter(({ status }) => status !== 'LATENT' && status !== 'RESOLVED').length

const topology: CorrelateTopology = (() => {
  const placeOf = new Map<string, { of: number; at: number }>(
    chains.flatMap((chain, of) => chain.map((name, at) => [`service/${name}`, { of, at }] as const)),
  )
  const named = (of: number, at: number): string[] => {
    const name = chains[of]?.[at]
    return name === undefined ? [] : [`service/${name}`]
  }
  return {
    dependencies(entity) {
      const place = placeOf.get(entity)
      return place ? named(place.of, place.at + 1) : []
    },
    dependents(entity) {
      const place = placeOf.get(entity)
      return place ? named(place.of, place.at - 1) : []
    },
    neighbourhood(entity, depth) {
      const place = placeOf.get(entity)
      const near = new Map<string, number>([[entity, 0]])
      for (let far = 1; place && far <= depth; far += 1)
        for (const at of [place.at - far, place.at + far])
          for (const name of named(place.of, at)) near.set(name, far)
      return near
    },
  }
})()
