import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { CorrelationRuleInput, CorrelationRulePreview } from '@aiops/contract/model/correlation-rule'
import { isoTime } from '../../../kernel/clock.ts'
import { checkRule } from './check-rule.ts'
import { RuleSet, type Verdict } from './rule-set.ts'
import { type SignalView, viewOfAlert, viewOfAnomaly } from './signal-view.ts'

const examplesMax = 20
/** Of one key, the newest: each target is held against all of them. */
const sourcesMax = 500

type Example = Pick<CorrelationRulePreview['examples'][number], 'kind' | 'alert' | 'anomaly'>
export type PreviewSignal = Example & {
  id: string
  view: SignalView
  startMs: number
  endMs: number
  seenMs: number
}
type Found = PreviewSignal & { verdict: Verdict }
export type PreviewRange = { fromMs: number; toMs: number; truncated: boolean }

/** The newest first. */
export function previewSignals(alerts: readonly Alert[], anomalies: readonly Anomaly[]): PreviewSignal[] {
  const ends = (at: string | null | undefined): number => (at ? Date.parse(at) : Number.POSITIVE_INFINITY)
  return [
    ...alerts.map((alert) => ({
      ...{ kind: 'ALERT' as const, alert, anomaly: null, id: alert.id, view: viewOfAlert(alert) },
      ...{ startMs: Date.parse(alert.starts_at), endMs: ends(alert.ends_at) },
      seenMs: Date.parse(alert.received_at),
    })),
    ...anomalies.map((anomaly) => ({
      ...{ kind: 'ANOMALY' as const, alert: null, anomaly, id: anomaly.id, view: viewOfAnomaly(anomaly) },
      ...{ startMs: Date.parse(anomaly.started_at), endMs: ends(anomaly.ended_at) },
      seenMs: Date.parse(anomaly.detected_at),
    })),
  ].sort((a, b) => b.seenMs - a.seenMs)
}

/** What a rule would have done to these, the newest first. Throws VALIDATION_FAILED. */
export function previewRule(
  rule: CorrelationRuleInput,
  signals: readonly PreviewSignal[],
  { fromMs, toMs, truncated }: PreviewRange,
): Omit<CorrelationRulePreview, 'incidents'> {
  checkRule(rule)
  const set = new RuleSet([{ ...rule, id: 'preview', enabled: true }])
  const all = signals.map((one): Found => ({ ...one, verdict: set.judge(one.view) }))
  const sources = all.filter(({ verdict }) => verdict.sources.length > 0)
  const matched = all.filter(({ verdict }) => fits(verdict))
  const inhibiting = new Map<string, Found[]>()
  for (const one of sources) {
    const key = one.verdict.sources[0]?.key ?? ''
    const known = inhibiting.get(key)
    if (!known) inhibiting.set(key, [one])
    else if (known.length < sourcesMax) known.push(one)
  }
  const told = matched.map((one) => ({ one, ...outcomeOf(rule, one, inhibiting) }))
  return {
    ...{ from: isoTime(fromMs), to: isoTime(toMs), examined: signals.length, truncated },
    ...{ matched: matched.length, sources: sources.length },
    anomalies: { examined: anomaliesOf(all), matched: anomaliesOf(matched) },
    held: told.filter(({ held }) => held).length,
    groups: new Set(matched.flatMap(({ verdict }) => (verdict.ruled ? [verdict.ruled.key] : []))).size,
    examples: told.slice(0, examplesMax).map(({ one: { kind, alert, anomaly }, sentence }) => ({
      ...{ kind, alert, anomaly, sentence },
    })),
  }
}

const anomaliesOf = (found: readonly PreviewSignal[]): number =>
  found.filter(({ kind }) => kind === 'ANOMALY').length

const fits = ({ suppressed, targets, ruled, routed, spared }: Verdict): boolean =>
  suppressed !== null || targets.length > 0 || ruled !== null || routed !== null || spared

function outcomeOf(
  { name }: CorrelationRuleInput,
  one: Found,
  inhibiting: ReadonlyMap<string, Found[]>,
): { held: boolean; sentence: string } {
  const { verdict } = one
  if (verdict.suppressed !== null) return { held: true, sentence: `Suppressed by the rule “${name}”.` }
  if (verdict.spared)
    return { held: false, sentence: 'Stays: it is CRITICAL, and the condition does not name the severity.' }
  const [target] = verdict.targets
  if (target) {
    const source = (inhibiting.get(target.key) ?? []).find(
      (other) =>
        other.id !== one.id && !(target.both && other.verdict.sources[0]?.both) && overlap(one, other),
    )
    return source
      ? { held: true, sentence: `Inhibited while ${source.view.name} was firing.` }
      : { held: false, sentence: 'Stays: nothing that inhibits it was firing.' }
  }
  return { held: false, sentence: verdict.ruled?.why ?? verdict.routed?.why ?? '' }
}

const overlap = (a: PreviewSignal, b: PreviewSignal): boolean => a.startMs < b.endMs && b.startMs < a.endMs
