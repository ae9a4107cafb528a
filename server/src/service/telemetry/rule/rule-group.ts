import type { Labels } from '@aiops/contract/model/label'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import { labelsKey } from '../promql/evaluate/label-set.ts'
import { AlertingRule } from './alerting-rule.ts'
import type { RuleAlert, RuleGroupState, RuleHealth, RuleSample } from './index.ts'
import { RecordingRule } from './recording-rule.ts'
import type { RuleContext, RuleQuery } from './rule.ts'
import type { GroupSpec, RuleSpec } from './rule-document.ts'

export type GroupDeps = {
  query: RuleQuery
  record(samples: readonly RuleSample[]): Promise<void>
  alert(alerts: readonly RuleAlert[]): Promise<void>
  /** Milliseconds that never go back, to measure with. */
  monotonic(): number
  externalLabels: Labels
  externalUrl(): string
  /** Heard of each evaluation of a rule. */
  evaluated?(rule: string, error: unknown): void
}
export type GroupOptions = {
  file: string
  intervalMs: number
  queryOffsetMs: number
  resendMs: number
  /** Whether alerts need not be looked up from before a restart. */
  restored: boolean
}

type Entry = {
  rule: RecordingRule | AlertingRule
  health: RuleHealth
  lastError: string
  evaluationMs: number
  lastEvaluationMs: number
  /** Series of the last evaluation, by key: those that are missing next time end. */
  series: Map<string, Labels>
}

/** Rules evaluated one after the other at the same moment: each sees what those before it made. */
export class RuleGroup {
  readonly spec: GroupSpec
  readonly options: GroupOptions
  readonly #deps: GroupDeps
  readonly #entries: Entry[]
  /** Of rules that are gone. */
  #ending: Labels[] = []
  #evaluationMs = 0
  #lastEvaluationMs = 0

  constructor(spec: GroupSpec, deps: GroupDeps, options: GroupOptions) {
    this.spec = spec
    this.#deps = deps
    this.options = options
    this.#entries = spec.rules.map((rule) => ({
      rule: ruleOf(withGroupLabels(rule, spec.labels), options.restored),
      ...{ health: 'UNKNOWN', lastError: '', evaluationMs: 0, lastEvaluationMs: 0, series: new Map() },
    }))
  }

  get alerting(): AlertingRule[] {
    return this.#entries.flatMap(({ rule }) => (rule instanceof AlertingRule ? [rule] : []))
  }

  /** By rule, in their order; empty where all is well. */
  errors(): { name: string; error: string }[] {
    return this.#entries.flatMap(({ rule, lastError }) =>
      lastError === '' ? [] : [{ name: rule.spec.name, error: lastError }],
    )
  }

  async evaluate(timeMs: number): Promise<void> {
    const startedMs = this.#deps.monotonic()
    const { queryOffsetMs } = this.options
    const context: RuleContext = {
      ...{ query: this.#deps.query, timeMs, queryOffsetMs, limit: this.spec.limit },
      ...{ externalLabels: this.#deps.externalLabels, externalUrl: this.#deps.externalUrl() },
    }
    for (const entry of this.#entries) await this.#evaluate(entry, context)
    if (this.#ending.length > 0) {
      const ending = this.#ending
      this.#ending = []
      await this.#deps.record(
        ending.map((labels) => ({ labels, timeMs: timeMs - queryOffsetMs, stale: true })),
      )
    }
    this.#evaluationMs = this.#deps.monotonic() - startedMs
    this.#lastEvaluationMs = timeMs
  }

  /** Rules of the same name and labels are the same as before: their alerts and series go on. The others' series end. */
  adopt(before: RuleGroup): void {
    const known = Map.groupBy(before.#entries, ({ rule }) => identityOf(rule.spec))
    for (const entry of this.#entries) {
      const same = known.get(identityOf(entry.rule.spec))?.shift()
      if (!same) continue
      entry.series = same.series
      if (entry.rule instanceof AlertingRule && same.rule instanceof AlertingRule) entry.rule.adopt(same.rule)
    }
    this.#ending = [
      ...before.#ending,
      ...[...known.values()].flat().flatMap(({ series }) => [...series.values()]),
    ]
    this.#evaluationMs = before.#evaluationMs
    this.#lastEvaluationMs = before.#lastEvaluationMs
  }

  /** Ends every series: the group is gone. */
  async end(timeMs: number): Promise<void> {
    const ending = [...this.#ending, ...this.#entries.flatMap(({ series }) => [...series.values()])]
    if (ending.length > 0)
      await this.#deps.record(ending.map((labels) => ({ labels, timeMs, stale: true as const })))
  }

  state(): RuleGroupState {
    return {
      name: this.spec.name,
      file: this.options.file,
      intervalMs: this.options.intervalMs,
      limit: this.spec.limit,
      evaluationSeconds: this.#evaluationMs / 1_000,
      lastEvaluationMs: this.#lastEvaluationMs,
      rules: this.#entries.map(({ rule, health, lastError, evaluationMs, lastEvaluationMs }) => {
        const { name, query, labels } = rule.spec
        const base = { name, query, labels, health, lastError, lastEvaluationMs }
        const timed = { ...base, evaluationSeconds: evaluationMs / 1_000 }
        if (rule instanceof RecordingRule) return { kind: 'RECORDING' as const, ...timed }
        const { forMs, keepFiringForMs, annotations } = rule.spec
        const phase = lastEvaluationMs === 0 ? ('UNKNOWN' as const) : rule.phase
        return {
          kind: 'ALERTING',
          ...timed,
          phase,
          forMs,
          keepFiringForMs,
          annotations,
          alerts: rule.alerts(),
        }
      }),
    }
  }

  async #evaluate(entry: Entry, context: RuleContext): Promise<void> {
    const startedMs = this.#deps.monotonic()
    let failure: unknown
    try {
      const samples = await entry.rule.evaluate(context)
      if (entry.rule instanceof AlertingRule) failure = await this.#tell(entry.rule, context.timeMs)
      await this.#record(entry, samples, context)
    } catch (error) {
      failure = error
    }
    if (failure !== undefined && !isFault(failure)) throw failure
    entry.health = failure === undefined ? 'OK' : 'ERR'
    entry.lastError = failure === undefined ? '' : messageOf(failure) || 'it failed'
    entry.evaluationMs = this.#deps.monotonic() - startedMs
    entry.lastEvaluationMs = context.timeMs
    this.#deps.evaluated?.(entry.rule.spec.name, failure)
  }

  /** What could not be told is told after the next evaluation. */
  async #tell(rule: AlertingRule, timeMs: number): Promise<unknown> {
    const { alerts, told } = rule.due(timeMs, this.options.resendMs, this.options.intervalMs)
    if (alerts.length === 0) return undefined
    try {
      await this.#deps.alert(alerts)
      told()
      return undefined
    } catch (error) {
      return error
    }
  }

  /** A series that was there and is not any more is marked stale. */
  async #record(entry: Entry, samples: readonly RuleSample[], context: RuleContext): Promise<void> {
    const series = new Map(samples.map(({ labels }) => [labelsKey(labels), labels]))
    const timeMs = context.timeMs - context.queryOffsetMs
    const gone = [...entry.series].filter(([key]) => !series.has(key))
    const ended = gone.map(([, labels]) => ({ labels, timeMs, stale: true as const }))
    if (samples.length + ended.length > 0) await this.#deps.record([...samples, ...ended])
    entry.series = series
  }
}

const ruleOf = (spec: RuleSpec, restored: boolean): RecordingRule | AlertingRule =>
  spec.kind === 'RECORDING' ? new RecordingRule(spec) : new AlertingRule(spec, restored)

/** A group's labels are those of each of its rules, unless a rule says otherwise. */
const withGroupLabels = (rule: RuleSpec, labels: Labels): RuleSpec => ({
  ...rule,
  labels: Object.fromEntries([...Object.entries(labels), ...Object.entries(rule.labels)]),
})

const identityOf = ({ kind, name, labels }: RuleSpec): string => `${kind} ${name} ${labelsKey(labels)}`
