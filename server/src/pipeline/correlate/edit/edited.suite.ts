import fc from 'fast-check'
import { Fault } from '../../../kernel/fault.ts'
import { type CoreEvent, step } from '../core/correlate-core.ts'
import { alertAt, anomalyAt, resolvedAt, t0 } from '../core/example.suite.ts'
import type { Group } from '../core/group.ts'
import { signalOfAlert, signalOfAnomaly } from '../core/signal.ts'
import type { Core, Output } from '../core/turn.ts'

/** What somebody does, by numbers that stand for whatever incidents and members there are by then. */
export type Act = {
  what: 'ALERT' | 'ANOMALY' | 'END' | 'WAIT' | 'MERGE' | 'SPLIT' | 'REMOVE' | 'MOVE' | 'ADMIT' | 'SEVERITY'
  one: number
  other: number
  many: number
}

const entities = ['service/front', 'service/checkout', 'service/payments', 'service/cart', 'service/search']
export const acts = fc.array(
  fc.record({
    what: fc.constantFrom<Act['what']>(
      ...(['ALERT', 'ALERT', 'ALERT', 'ANOMALY', 'END', 'WAIT'] as const),
      ...(['ALERT', 'ALERT', 'SPLIT', 'MERGE', 'REMOVE', 'MOVE', 'ADMIT', 'SEVERITY'] as const),
    ),
    one: fc.nat(30),
    other: fc.nat(30),
    many: fc.nat(5),
  }),
  { minLength: 10, maxLength: 40 },
)

/** Its own store of what there is, so that ids do not depend on what ran before. */
export class Story {
  readonly core: Core
  readonly outputs: Output[] = []
  readonly events: CoreEvent[] = []
  nowMs = t0
  #made = 0

  constructor(core: Core) {
    this.core = core
  }

  get incidents(): Group[] {
    return [...this.core.groups.all.values()].filter(({ status }) => status !== 'LATENT')
  }

  /** The event of an act; undefined where there is nothing that it could be done to. */
  eventOf(act: Act): CoreEvent | undefined {
    this.nowMs += act.what === 'WAIT' ? act.many * 20_000 : 700
    const { nowMs } = this
    const { incidents } = this
    const [one, other] = [incidents[act.one % incidents.length], incidents[act.other % incidents.length]]
    const entity = entities[act.one % entities.length] as string
    if (act.what === 'WAIT') return { type: 'TICK', nowMs }
    if (act.what === 'ALERT') {
      const name = `Rule${act.other % 3}`
      const alert = alertAt(entity, { atMs: nowMs - 1_000, name, severity: act.many > 2 ? 'HIGH' : 'MEDIUM' })
      return { type: 'SIGNAL', nowMs, signal: signalOfAlert(alert) }
    }
    if (act.what === 'ANOMALY') {
      this.#made += 1
      const anomaly = anomalyAt(entity, { atMs: nowMs - 1_000, seriesId: 1_000 + this.#made })
      return { type: 'SIGNAL', nowMs, signal: signalOfAnomaly(anomaly) }
    }
    const member = [...(one?.members.values() ?? [])][act.many % (one?.members.size ?? 1)]
    if (!one || !other || !member) return undefined
    if (act.what === 'END') return { type: 'SIGNAL', nowMs, signal: { ...member, endMs: nowMs } }
    const hand = { nowMs, incidentId: one.id, actor: 'ann' }
    const memberIds = [...one.members.keys()].filter((_, i) => (i + act.other) % 3 === 0)
    if (act.what === 'MERGE') return { type: 'MERGE', ...hand, into: other.id }
    if (act.what === 'SPLIT') return memberIds.length > 0 ? { type: 'SPLIT', ...hand, memberIds } : undefined
    const some = memberIds.length > 0 ? memberIds : [member.id]
    if (act.what === 'REMOVE') return { type: 'REMOVE', ...hand, memberIds: some }
    if (act.what === 'MOVE') return { type: 'MOVE', ...hand, memberIds: some, into: other.id }
    if (act.what === 'ADMIT') {
      const free = [...this.core.groups.members.values()].filter(({ group }) => group.status === 'LATENT')
      const signals = free.slice(0, act.many + 1).map(({ group: _, ...signal }) => signal)
      return signals.length > 0 ? { type: 'ADMIT', ...hand, signals } : undefined
    }
    return { type: 'SEVERITY', ...hand, severity: act.many > 2 ? null : 'CRITICAL' }
  }

  /** Returns false where it was refused. */
  do(event: CoreEvent): boolean {
    try {
      this.outputs.push(...step(this.core, event))
      this.events.push(event)
      return true
    } catch (error) {
      if (error instanceof Fault && error.code === 'CONFLICT') return false
      throw error
    }
  }
}

export const alertEvent = (alert: Parameters<typeof signalOfAlert>[0], nowMs: number): CoreEvent => ({
  ...{ type: 'SIGNAL', nowMs, signal: signalOfAlert(alert) },
})
export { resolvedAt }

/** What correlation knows of each incident, in a form that two cores can be held against each other in. */
export const stateOf = (core: Core) =>
  [...core.groups.all.values()]
    .filter(({ status }) => status !== 'LATENT')
    .map((group) => ({
      ...{ id: group.id, status: group.status, severity: group.severity, fixed: group.life.fixed },
      ...{ alerts: group.alertCount, anomalies: group.anomalyCount, active: group.active },
      ...{ startedMs: group.startedMs, splitFrom: group.life.splitFrom },
      members: [...group.members.keys()].sort(),
      barred: [...group.life.barred].sort(),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
