import type { Decision, EmergencyReview } from '@aiops/contract/model/decision'
import { isoTime } from '../../../kernel/clock.ts'

/** What was seen of the old provider after an emergency: share of the steps since in which it was told of and as it usually is. */
export type Aftermath = {
  nowMs: number
  movedMs: number | null
  /** Of the steps between the decision and the review: how many were told of, and how many of those were still bad. */
  steps: number
  told: number
  bad: number
  latencyFactor: number
  costFactor: number
}

/** Below this share of bad time the trouble had passed by itself. */
const badShareMin = 0.25

/** Whether it was right: the trouble went on for a good part of the time since. Nothing told counts as trouble: that is what an outage looks like. */
export function reviewOf(decision: Decision, seen: Aftermath): EmergencyReview {
  const { steps, told, bad } = seen
  const share = steps === 0 ? null : (steps - told + bad) / steps
  const right = share === null ? null : share >= badShareMin
  const minutes = Math.round((seen.nowMs - Date.parse(decision.at)) / 60_000)
  const after = seen.movedMs === null ? null : Math.round((seen.movedMs - Date.parse(decision.at)) / 1_000)
  const moved =
    after === null ? 'The service was not moved.' : `It ran at ${decision.to} ${after} s after the decision.`
  const finding =
    share === null
      ? `Nothing was told since, so whether it was right cannot be said. ${moved}`
      : `${decision.from} was out or off its usual in ${(share * 100).toFixed(0)} % of the ${minutes} min since: ${right ? 'the emergency was real' : 'it had passed by itself'}. ${moved}`
  return {
    at: isoTime(seen.nowMs),
    right,
    finding,
    thresholds: right === false ? thresholdsOf(seen) : [],
    runbook: runbookOf(decision, right, after),
  }
}

const thresholdsOf = ({ latencyFactor, costFactor }: Aftermath): EmergencyReview['thresholds'] => {
  const why = 'the trouble passed by itself; a higher factor would have waited'
  const raised = (factor: number): number => Number((factor * 1.25).toFixed(2))
  return [
    { setting: 'placement.emergency.latency_factor', from: latencyFactor, to: raised(latencyFactor), why },
    { setting: 'placement.emergency.cost_factor', from: costFactor, to: raised(costFactor), why },
  ]
}

function runbookOf(decision: Decision, right: boolean | null, after: number | null): string {
  return [
    `## ${decision.service}: trouble at ${decision.from}`,
    `Seen: ${decision.signals.length} signals, ${decision.at}.`,
    `Done: ${after === null ? `a move to ${decision.to} was proposed and not made` : `moved to ${decision.to}, ${after} s after the decision`}.`,
    `Was it right: ${right === null ? 'not known' : right ? 'yes' : 'no, it passed by itself'}.`,
    `Next time: check ${decision.from} with a probe from outside, then take up the emergency deployment or drop it with a reason.`,
  ].join('\n')
}
