import { type CoreEvent, step } from '../core/correlate-core.ts'
import type { Signal } from '../core/signal.ts'
import type { Core, Output } from '../core/turn.ts'
import type { SilenceGate } from '../silence/silence-gate.ts'
import type { RuleSet } from './rule-set.ts'
import { waitingChanged } from './ruled-event.ts'
import type { SignalView } from './signal-view.ts'

type SignalEvent = Extract<CoreEvent, { type: 'SIGNAL' }>
const nobody: ReadonlySet<string> = new Set()

/**
 * Before a batch is taken, a look at what begins in it: alerts of one delivery come in any order, and what inhibits may come after what
 * it inhibits.
 */
export function foresee(core: Core, gate: SilenceGate, batch: readonly CoreEvent[], out: Output[]): void {
  if (!gate.rules.hasSources) return
  for (const event of batch)
    if (event.type === 'SIGNAL' && event.view && event.signal.endMs === null)
      goAgain(core, gate, gate.rules.see(event.signal, event.view(), false).affected, event.nowMs, out)
}

/** An event with what rules say of its signal, and who else has to be looked at once it is taken. */
export function applyRules(
  gate: SilenceGate,
  event: SignalEvent,
): { event: SignalEvent; affected: ReadonlySet<string> } {
  if (gate.rules.isIdle || !event.view) return { event, affected: nobody }
  const { signal, affected } = gate.rules.see(event.signal, event.view())
  return { event: { ...event, signal }, affected }
}

/** What a rule may hold back or free since another signal began or ended goes through the gate again. */
export function goAgain(
  core: Core,
  gate: SilenceGate,
  ids: ReadonlySet<string>,
  nowMs: number,
  out: Output[],
): void {
  for (const id of ids) {
    const one = gate.rules.again(id)
    if (!one) continue
    const wasHeld = gate.holds(id)
    const known = core.groups.members.has(id)
    if (!gate.admits(one.signal, one.labels, nowMs, known, out))
      out.push(...step(core, { type: 'WITHDRAWN', nowMs, memberId: id }))
    else if (wasHeld) out.push(...step(core, { type: 'SIGNAL', nowMs, signal: one.signal }))
  }
}

type Stored = { signal: Signal; view: () => SignalView }

/**
 * Puts rules in force over what goes on. What waits is placed anew where a rule now keeps it together or apart; incidents stay as they
 * are and take what comes from now on. What was met before a restart does not count again. Returns the signals, marked.
 */
export function useRules(
  core: Core,
  gate: SilenceGate,
  rules: RuleSet,
  {
    stored,
    counts,
    nowMs,
    out,
  }: { stored: readonly Stored[]; counts: boolean; nowMs: number; out: Output[] },
): ReadonlyMap<string, Signal> {
  gate.rules.counts = counts
  gate.rules.use(rules)
  const seen = new Map(stored.map(({ signal, view }) => [signal.id, gate.rules.see(signal, view()).signal]))
  // Each now knows of all that may hold it back.
  for (const id of seen.keys()) gate.rules.again(id)
  gate.rules.counts = true
  const marks = new Map(
    [...seen].map(([id, { ruled = null, routed = null }]) => [id, { ruled, routed }] as const),
  )
  for (const id of waitingChanged(core, marks)) {
    out.push(...step(core, { type: 'WITHDRAWN', nowMs, memberId: id }))
    const signal = seen.get(id)
    if (signal) out.push(...step(core, { type: 'SIGNAL', nowMs, signal }))
  }
  out.push(...step(core, { type: 'RULED', nowMs, marks }))
  return seen
}
