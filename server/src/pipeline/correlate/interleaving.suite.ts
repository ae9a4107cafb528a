import type { Alert } from '@aiops/contract/model/alert'
import fc from 'fast-check'
import { step } from './core/correlate-core.ts'
import { alertAt, exampleCore, resolvedAt, t0 } from './core/example.suite.ts'
import { isUnresolved } from './core/group.ts'
import { signalOfAlert } from './core/signal.ts'
import type { Output } from './core/turn.ts'

/** Alerts of three unconnected parts; each part's are one burst. Their states may come in any order, twice, or end first. */
const part = ['service/front', 'service/checkout', 'service/payments', 'service/cart']
export const drawn = fc.array(
  fc.record({
    entity: fc.constantFrom(...part, 'service/search', 'service/index', 'service/alone'),
    name: fc.constantFrom('A', 'B', 'C'),
    severity: fc.constantFrom('MEDIUM' as const, 'HIGH' as const),
    startS: fc.integer({ min: 0, max: 6 }),
    lastsS: fc.integer({ min: 5, max: 120 }),
    copies: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 10 },
)

/** States of alerts in the order in which they are, and in another; each arrives `paceMs` after the one before. */
export const interleaved = fc
  .tuple(drawn, fc.infiniteStream(fc.nat()), fc.integer({ min: 0, max: 3_000 }))
  .map(([alerts, order, paceMs]) => {
    const states = alerts.flatMap((one) => {
      const fired = alertAt(one.entity, {
        ...{ name: one.name, severity: one.severity, atMs: t0 + one.startS * 1_000 },
      })
      return Array.from({ length: one.copies }, () => [
        fired,
        resolvedAt(fired, t0 + (one.startS + one.lastsS) * 1_000),
      ]).flat()
    })
    const shuffled = states
      .map((state) => ({ state, key: order.next().value ?? 0 }))
      .sort((a, b) => a.key - b.key)
      .map(({ state }) => state)
    return { states, shuffled, paceMs }
  })

/** The final incidents as sets of alerts, and how many of them are still open though everything has ended. */
export function incidentsAfter(
  states: readonly Alert[],
  paceMs: number,
): { incidents: string[][]; open: number } {
  const core = exampleCore()
  const incidentOfMember = new Map<string, string>()
  let nowMs = t0 + 200_000
  const note = (outputs: readonly Output[]): void => {
    for (const output of outputs)
      if (output.type === 'MEMBER') incidentOfMember.set(output.memberId, output.incidentId)
  }
  for (const state of states) {
    note(step(core, { type: 'SIGNAL', nowMs, signal: signalOfAlert(state) }))
    nowMs += paceMs
    note(step(core, { type: 'TICK', nowMs }))
  }
  for (let s = 0; s < 40; s += 1) note(step(core, { type: 'TICK', nowMs: nowMs + s * 1_000 }))
  const groups = Map.groupBy([...incidentOfMember], ([, incident]) => incident)
  return {
    incidents: [...groups.values()].map((members) => members.map(([member]) => member).sort()).sort(),
    open: [...core.groups.all.values()].filter(isUnresolved).length,
  }
}
