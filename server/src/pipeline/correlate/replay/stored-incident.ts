import type { CoreEvent } from '../core/correlate-core.ts'
import type { CorrelateTopology } from '../core/correlate-topology.ts'
import type { Signal } from '../core/signal.ts'
import type { CoreSettings } from '../core/turn.ts'
import type { TaughtPair } from '../edit/pair.ts'
import { recordCore } from './record.ts'

/** Time passes at least in such steps while signals come; after the last one only to where everything is over. */
const tickMs = 10_000
const ticksMax = 10_000

/**
 * The incident file of what an incident holds: its alerts and anomalies as they came and ended, against the topology and the lessons
 * of now. What people did to it is told in its timeline and is not among the events.
 */
export function storedIncidentFile(options: {
  tenant: string
  settings: CoreSettings
  topology: CorrelateTopology
  lessons: readonly TaughtPair[]
  signals: readonly Signal[]
}): string {
  const { signals, lessons, settings } = options
  let given = 0
  const recording = recordCore({
    ...options,
    newId() {
      given += 1
      return `replayed-${given}`
    },
  })
  const events = eventsOf(signals)
  let nowMs = events[0]?.nowMs ?? 0
  if (lessons.length > 0) recording.step({ type: 'LESSONS', nowMs, lessons })
  let ticks = 0
  for (const event of events) {
    for (; nowMs + tickMs < event.nowMs && ticks < ticksMax; ticks += 1) {
      nowMs += tickMs
      recording.step({ type: 'TICK', nowMs })
    }
    nowMs = event.nowMs
    recording.step(event)
  }
  recording.step({ type: 'TICK', nowMs: nowMs + settings.resolveMs })
  return recording.text()
}

/** Each signal's beginning when it was seen, and its end when it ended, or when it was seen where that came later. */
function eventsOf(signals: readonly Signal[]): CoreEvent[] {
  const events: CoreEvent[] = []
  for (const signal of signals) {
    events.push({ type: 'SIGNAL', nowMs: signal.seenMs, signal: { ...signal, endMs: null } })
    if (signal.endMs !== null)
      events.push({ type: 'SIGNAL', nowMs: Math.max(signal.seenMs, signal.endMs), signal })
  }
  return events.sort((a, b) => a.nowMs - b.nowMs)
}
