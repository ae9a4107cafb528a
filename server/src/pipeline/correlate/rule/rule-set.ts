import type { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import { labelValue } from '../../../kernel/matcher.ts'
import { type Condition, compileCondition } from './condition.ts'
import { RuleIndex } from './rule-index.ts'
import type { Routed, Ruled } from './ruling.ts'
import type { SignalView } from './signal-view.ts'

/** A rule as it is put in force. */
export type ActiveRule = CorrelationRuleInput & { id: string }

/** One side of an INHIBIT rule that a signal fits. `key`: the rule and the values of `by`. */
export type Side = { key: string; ruleId: string; both: boolean }

export type Verdict = {
  /** Reference of the SUPPRESS rule that holds it back. */
  suppressed: string | null
  targets: readonly Side[]
  sources: readonly Side[]
  ruled: Ruled | null
  routed: Routed | null
  /** A SUPPRESS rule fits, and does not hold it back: it is CRITICAL, and the rule does not name the severity. */
  spared: boolean
  /** Of the rules that had a say: SUPPRESS, GROUP or SEPARATE, ROUTE. */
  hits: readonly string[]
}

export const noVerdict: Verdict = {
  ...{ suppressed: null, targets: [], sources: [], ruled: null, routed: null, spared: false, hits: [] },
}

/** Stands among the silences of a signal. Of INHIBIT with the signal whose firing holds it back. */
export const ruleReference = (ruleId: string, sourceId?: string): string =>
  sourceId === undefined ? `rule:${ruleId}` : `rule:${ruleId}:${sourceId}`

type Compiled = { rule: ActiveRule; place: number; when: Condition; source: Condition | null }

/** In which rules have their say, and by which the first GROUP or SEPARATE wins. */
export const inOrder = (a: ActiveRule, b: ActiveRule): number =>
  a.order - b.order || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1)

/** Rules of a tenant, compiled; pure. Throws VALIDATION_FAILED for a condition that is none. */
export class RuleSet {
  readonly size: number
  readonly #whens: RuleIndex<Compiled>
  readonly #sources: RuleIndex<Compiled>

  constructor(rules: readonly ActiveRule[]) {
    const compiled = rules
      .filter(({ enabled }) => enabled)
      .sort(inOrder)
      .map((rule, place): Compiled => ({ rule, place, ...conditionsOf(rule) }))
    this.size = compiled.length
    this.#whens = new RuleIndex(compiled.map((one) => ({ item: one, condition: one.when })))
    this.#sources = new RuleIndex(
      compiled.flatMap((one) => (one.source ? [{ item: one, condition: one.source }] : [])),
    )
  }

  get hasSources(): boolean {
    return this.#sources.size > 0
  }

  judge(view: SignalView): Verdict {
    const met = this.#whens.matching(view)
    const sources = this.#sources.size === 0 ? [] : this.#sources.matching(view)
    if (met.length === 0 && sources.length === 0) return noVerdict
    const verdict = { ...noVerdict, targets: [] as Side[], sources: [] as Side[], hits: [] as string[] }
    for (const one of met) meet(verdict, one, view, sources)
    for (const one of sources) {
      const both = met.includes(one)
      verdict.sources.push({ key: keyOf(one.rule, view), ruleId: one.rule.id, both })
    }
    return verdict
  }
}

/** Throws VALIDATION_FAILED. */
export function conditionsOf(rule: Pick<ActiveRule, 'when' | 'action' | 'source_when'>): {
  when: Condition
  source: Condition | null
} {
  return {
    when: compileCondition(rule.when),
    source: rule.action === 'INHIBIT' ? compileCondition(rule.source_when, 'source_when') : null,
  }
}

type Growing = Verdict & { targets: Side[]; sources: Side[]; hits: string[] }

function meet(
  verdict: Growing,
  { rule, when, place }: Compiled,
  view: SignalView,
  sources: Compiled[],
): void {
  switch (rule.action) {
    case 'SUPPRESS':
      // What may be the only sign that something is down is held back by a rule that says so alone.
      if (verdict.suppressed !== null) return
      if (view.severity === 'CRITICAL' && !when.namesSeverity) {
        verdict.spared = true
        return
      }
      verdict.suppressed = ruleReference(rule.id)
      break
    case 'INHIBIT': {
      const both = sources.some((one) => one.rule === rule)
      verdict.targets.push({ key: keyOf(rule, view), ruleId: rule.id, both })
      return
    }
    case 'ROUTE':
      if (verdict.routed !== null) return
      verdict.routed = {
        to: rule.route,
        order: place,
        why: `Goes to ${rule.route} by the rule “${rule.name}”.`,
      }
      break
    default:
      if (verdict.ruled !== null) return
      verdict.ruled = ruledBy(rule, view)
  }
  verdict.hits.push(rule.id)
}

function ruledBy(rule: ActiveRule, view: SignalView): Ruled {
  const only = rule.action === 'SEPARATE'
  const equal = rule.by.map((label) => `${label}=${labelValue(view.labels, label) || '(none)'}`).join(', ')
  const how = only ? 'Kept apart' : 'Kept together'
  const why = `${how} by the rule “${rule.name}”${equal === '' ? '' : `: ${equal}`}.`
  return { key: keyOf(rule, view), only, why: why.slice(0, 500) }
}

const keyOf = (rule: ActiveRule, view: SignalView): string =>
  JSON.stringify([rule.id, ...rule.by.map((label) => labelValue(view.labels, label))])
