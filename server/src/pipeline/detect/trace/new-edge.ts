import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Finding } from '../log/finding.ts'
import { lengthOf } from '../log/new-pattern.ts'
import type { CallEdge } from './call-edge.ts'

type Seen = {
  kind: Finding['kind']
  tenant: TenantId
  caller: string
  /** How long the caller was known when the call came. */
  learnedMs: number
  edges: number
  nowMs: number
  labels: Labels
}

export function newEdgeFinding(edge: CallEdge, seen: Seen): Finding {
  const { kind, tenant, caller, learnedMs, nowMs, labels } = seen
  const { callee, count, firstMs, lastMs } = edge
  const seconds = Math.max(1, (lastMs - firstMs) / 1_000)
  const often = `${count} ${count === 1 ? 'call' : 'calls'} in ${lengthOf(seconds)}`
  const adopted = kind === 'ENDED' && nowMs - lastMs < 60_000
  const end =
    kind !== 'ENDED'
      ? ''
      : adopted
        ? '; it lasted so long that it counts as usual now'
        : '; it was not seen since'
  return {
    key: `edge\u0000${tenant}\u0000${caller}\u0000${callee}`,
    kind,
    tenant,
    series: { labels, unit: '1' },
    startedMs: firstMs,
    atMs: kind === 'ENDED' && !adopted ? lastMs : nowMs,
    shape: 'NEW_EDGE',
    severity: 'LOW',
    tier: 'BASIC',
    expected: { low: 0, mid: 0, high: 0 },
    actual: count / seconds,
    deviation: count,
    score: count / (count + 3),
    // As if one more new call were as likely as half a one in the time that was seen.
    confidence: 0.95 * Math.exp(-0.5 / Math.max(0.1, learnedMs / 600_000)),
    sentence: `${caller} calls ${callee}, which it did not in the ${lengthOf(learnedMs / 1_000)} before: ${often}${end}`,
    edge: { caller, callee },
  }
}
