import type { Alert } from '@aiops/contract/model/alert'
import type { CorrelationRuleInput, CorrelationRulePreview } from '@aiops/contract/model/correlation-rule'
import { isoTime } from '../../../kernel/clock.ts'
import { checkRule } from './check-rule.ts'
import { RuleSet, type Verdict } from './rule-set.ts'
import { viewOfAlert } from './signal-view.ts'

const examplesMax = 20
/** Of one key, the newest: each target is held against all of them. */
const sourcesMax = 500

type Found = { alert: Alert; verdict: Verdict }
export type PreviewRange = { fromMs: number; toMs: number; truncated: boolean }

/** What a rule would have done to these alerts, the newest first. Throws VALIDATION_FAILED. */
export function previewRule(
  rule: CorrelationRuleInput,
  alerts: readonly Alert[],
  { fromMs, toMs, truncated }: PreviewRange,
): CorrelationRulePreview {
  checkRule(rule)
  const set = new RuleSet([{ ...rule, id: 'preview', enabled: true }])
  const all = alerts.map((alert): Found => ({ alert, verdict: set.judge(viewOfAlert(alert)) }))
  const sources = all.filter(({ verdict }) => verdict.sources.length > 0)
  const matched = all.filter(({ verdict }) => fits(verdict))
  const inhibiting = new Map<string, Found[]>()
  for (const one of sources) {
    const key = one.verdict.sources[0]?.key ?? ''
    const known = inhibiting.get(key)
    if (!known) inhibiting.set(key, [one])
    else if (known.length < sourcesMax) known.push(one)
  }
  const told = matched.map((one) => ({ alert: one.alert, ...outcomeOf(rule, one, inhibiting) }))
  return {
    ...{ from: isoTime(fromMs), to: isoTime(toMs), examined: alerts.length, truncated },
    ...{ matched: matched.length, sources: sources.length },
    held: told.filter(({ held }) => held).length,
    groups: new Set(matched.flatMap(({ verdict }) => (verdict.ruled ? [verdict.ruled.key] : []))).size,
    examples: told.slice(0, examplesMax).map(({ alert, sentence }) => ({ alert, sentence })),
  }
}

const fits = ({ suppressed, targets, ruled, routed, spared }: Verdict): boolean =>
  suppressed !== null || targets.length > 0 || ruled !== null || routed !== null || spared

function outcomeOf(
  { name }: CorrelationRuleInput,
  { alert, verdict }: Found,
  inhibiting: ReadonlyMap<string, Found[]>,
): { held: boolean; sentence: string } {
  if (verdict.suppressed !== null) return { held: true, sentence: `Suppressed by the rule “${name}”.` }
  if (verdict.spared)
    return { held: false, sentence: 'Stays: it is CRITICAL, and the condition does not name the severity.' }
  const [target] = verdict.targets
  if (target) {
    const source = (inhibiting.get(target.key) ?? []).find(
      (one) =>
        one.alert.id !== alert.id &&
        !(target.both && one.verdict.sources[0]?.both) &&
        overlap(alert, one.alert),
    )
    return source
      ? { held: true, sentence: `Inhibited while ${source.alert.name} was firing.` }
      : { held: false, sentence: 'Stays: nothing that inhibits it was firing.' }
  }
  return { held: false, sentence: verdict.ruled?.why ?? verdict.routed?.why ?? '' }
}

function overlap(a: Alert, b: Alert): boolean {
  const end = ({ ends_at }: Alert): number =>
    ends_at === null ? Number.POSITIVE_INFINITY : Date.parse(ends_at)
  return Date.parse(a.starts_at) < end(b) && Date.parse(b.starts_at) < end(a)
}
