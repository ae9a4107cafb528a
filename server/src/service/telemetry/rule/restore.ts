import { labelsKey, withoutName } from '../promql/evaluate/label-set.ts'
import type { SampleSource } from '../promql/index.ts'
import type { AlertingRule } from './alerting-rule.ts'

/** Series of one rule's alerts that are looked at, as samples: an evaluation a second for an hour, of a thousand alerts. */
const samplesMax = 4_000_000

type Last = { timeMs: number; value: number }

/**
 * After a restart, alerts that wait go on waiting: since when each was active is in `ALERTS_FOR_STATE`. What was pending and would have
 * fired during the pause fires no sooner than after the grace period; other waits are prolonged by the pause. As Prometheus does it
 * (`rules/group.go`, RestoreForState).
 */
export async function restoreAlerts(
  rule: AlertingRule,
  source: SampleSource,
  timeMs: number,
  options: { outageToleranceMs: number; gracePeriodMs: number },
): Promise<void> {
  const { forMs } = rule.spec
  // To wait for the grace period would take longer than to wait anew.
  if (forMs < options.gracePeriodMs) {
    rule.restored = true
    return
  }
  try {
    const known = await lastStates(rule.spec.name, source, timeMs - options.outageToleranceMs, timeMs)
    rule.restore((labels) => {
      const last = known.get(labelsKey(labels))
      if (!last || Number.isNaN(last.value)) return undefined
      const downMs = Math.floor(last.timeMs / 1_000) * 1_000
      const activeMs = last.value * 1_000
      const remainingMs = forMs - (downMs - activeMs)
      if (remainingMs <= 0) return activeMs
      if (remainingMs < options.gracePeriodMs) return timeMs + options.gracePeriodMs - forMs
      return activeMs + (timeMs - downMs)
    })
  } finally {
    rule.restored = true
  }
}

async function lastStates(
  name: string,
  source: SampleSource,
  startMs: number,
  endMs: number,
): Promise<Map<string, Last>> {
  const matchers = [
    { name: '__name__', op: '=' as const, value: 'ALERTS_FOR_STATE' },
    { name: 'alertname', op: '=' as const, value: name },
  ]
  const hints = { stepMs: 0, rangeMs: endMs - startMs, func: 'last_over_time' }
  const found = new Map<string, Last>()
  for await (const batch of source.select({ matchers, startMs, endMs, samplesMax, hints }))
    for (const { labels, timesMs, values } of batch) {
      const at = timesMs.length - 1
      if (at >= 0) found.set(labelsKey(withoutName(labels)), { timeMs: timesMs[at]!, value: values[at]! })
    }
  return found
}
