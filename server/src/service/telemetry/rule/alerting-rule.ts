import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../kernel/fault.ts'
import { labelsKey, setLabel, withoutName } from '../promql/evaluate/label-set.ts'
import type { ActiveAlert, AlertPhase, RuleAlert, RuleSample } from './index.ts'
import type { RuleContext } from './rule.ts'
import type { RuleSpec } from './rule-document.ts'
import { AlertTemplate, type TemplateWorld } from './template/template.ts'

type Alert = {
  labels: Labels
  annotations: Labels
  phase: AlertPhase
  value: number
  activeMs: number
  firedMs: number
  /** 0 while it holds. */
  resolvedMs: number
  /** 0 before it was told. */
  sentMs: number
  /** Since when it fires only because of `keep_firing_for`; 0 for not. */
  keptSinceMs: number
}

/** How long an alert that ended is told of again and again, ms. */
const resolvedRetentionMs = 900_000

/**
 * One alerting rule: the alerts of its expression's series, and how they go from pending to firing to inactive. Source: the alert
 * generator's specification of prometheus/compliance, and Prometheus for `keep_firing_for` and `limit`.
 */
export class AlertingRule {
  readonly spec: RuleSpec
  readonly #labels: readonly (readonly [string, AlertTemplate])[]
  readonly #annotations: readonly (readonly [string, AlertTemplate])[]
  readonly #active = new Map<string, Alert>()
  /** Until it is known how long alerts have waited before a restart, no `ALERTS` are made that would say otherwise. */
  restored: boolean

  constructor(spec: RuleSpec, restored: boolean) {
    this.spec = spec
    this.restored = restored
    this.#labels = Object.entries(spec.labels).map(([name, text]) => [name, new AlertTemplate(text)])
    this.#annotations = Object.entries(spec.annotations).map(([name, text]) => [
      name,
      new AlertTemplate(text),
    ])
  }

  get phase(): AlertPhase {
    const phases = new Set([...this.#active.values()].map(({ phase }) => phase))
    if (phases.has('FIRING')) return 'FIRING'
    return phases.has('PENDING') ? 'PENDING' : 'INACTIVE'
  }

  alerts(): ActiveAlert[] {
    return [...this.#active.values()].flatMap(
      ({ phase, keptSinceMs, labels, annotations, activeMs, value }) =>
        phase === 'INACTIVE'
          ? []
          : [
              {
                labels,
                annotations,
                phase,
                activeMs,
                value,
                ...(keptSinceMs ? { keepFiringSinceMs: keptSinceMs } : {}),
              },
            ],
    )
  }

  /** Takes over the alerts of the same rule before its file changed. */
  adopt(before: AlertingRule): void {
    for (const [key, alert] of before.#active) this.#active.set(key, alert)
    this.restored = before.restored
  }

  /** Evaluates at a moment; gives the series `ALERTS` and `ALERTS_FOR_STATE`. Throws a Fault; then nothing has changed, or, over the limit, all is forgotten. */
  async evaluate(context: RuleContext): Promise<RuleSample[]> {
    const found = await this.#found(context)
    for (const [key, alert] of found) {
      const known = this.#active.get(key)
      if (known && known.phase !== 'INACTIVE') {
        known.value = alert.value
        known.annotations = alert.annotations
      } else this.#active.set(key, alert)
    }
    const samples: RuleSample[] = []
    let count = 0
    for (const [key, alert] of this.#active) {
      if (!this.#holds(key, alert, found.has(key), context.timeMs)) continue
      count += 1
      if (alert.phase === 'PENDING' && context.timeMs - alert.activeMs >= this.spec.forMs) {
        alert.phase = 'FIRING'
        alert.firedMs = context.timeMs
      }
      if (this.restored) samples.push(...this.#series(alert, context.timeMs - context.queryOffsetMs))
    }
    if (context.limit > 0 && count > context.limit) {
      this.#active.clear()
      throw new Fault('QUERY_FAILED', `exceeded limit of ${context.limit} with ${count} alerts`)
    }
    return samples
  }

  /** What is to be told after an evaluation; `told` marks it as done. */
  due(timeMs: number, resendMs: number, intervalMs: number): { alerts: RuleAlert[]; told(): void } {
    const due = [...this.#active.values()].filter(
      (alert) =>
        alert.phase !== 'PENDING' &&
        (alert.sentMs === 0 || alert.resolvedMs > alert.sentMs || alert.sentMs + resendMs < timeMs),
    )
    const validMs = timeMs + 4 * Math.max(resendMs, intervalMs)
    return {
      alerts: due.map(({ labels, annotations, firedMs, resolvedMs }) => ({
        ...{ labels, annotations, startsMs: firedMs, query: this.spec.query },
        ...(resolvedMs > 0
          ? { phase: 'INACTIVE' as const, endsMs: resolvedMs }
          : { phase: 'FIRING' as const, endsMs: validMs }),
      })),
      told() {
        for (const alert of due) alert.sentMs = timeMs
      },
    }
  }

  /** For what a restart interrupted: moves the moment since when each alert is active; undefined leaves it. */
  restore(activeMs: (labels: Labels) => number | undefined): void {
    for (const alert of this.#active.values()) {
      const since = activeMs(alert.labels)
      if (since !== undefined) alert.activeMs = since
    }
    this.restored = true
  }

  async #found(context: RuleContext): Promise<Map<string, Alert>> {
    const { timeMs, queryOffsetMs, externalLabels, externalUrl } = context
    const world: TemplateWorld = {
      query: async (text) =>
        (await context.query(text, timeMs)).map(({ labels, value }) => ({ labels, value })),
      nowMs: timeMs,
      externalUrl,
    }
    const found = new Map<string, Alert>()
    for (const sample of await context.query(this.spec.query, timeMs - queryOffsetMs)) {
      const data = { labels: sample.labels, externalLabels, externalUrl, value: sample.value }
      const expand = (template: AlertTemplate) => template.expand(data, world, this.spec.name)
      let labels = withoutName(sample.labels)
      for (const [name, template] of this.#labels) labels = setLabel(labels, name, await expand(template))
      labels = setLabel(labels, 'alertname', this.spec.name)
      const annotations: [string, string][] = []
      for (const [name, template] of this.#annotations) annotations.push([name, await expand(template)])
      const key = labelsKey(labels)
      if (found.has(key))
        throw new Fault(
          'QUERY_FAILED',
          'vector contains metrics with the same labelset after applying alert labels',
        )
      found.set(key, {
        ...{ labels, annotations: Object.fromEntries(annotations), phase: 'PENDING', value: sample.value },
        ...{ activeMs: timeMs, firedMs: 0, resolvedMs: 0, sentMs: 0, keptSinceMs: 0 },
      })
    }
    return found
  }

  /** Whether the alert is active after this evaluation; one that is not any more ends, or goes. */
  #holds(key: string, alert: Alert, isFound: boolean, timeMs: number): boolean {
    if (isFound) {
      alert.keptSinceMs = 0
      return true
    }
    if (alert.phase === 'FIRING' && this.spec.keepFiringForMs > 0) {
      if (alert.keptSinceMs === 0) alert.keptSinceMs = timeMs
      if (timeMs - alert.keptSinceMs < this.spec.keepFiringForMs) return true
    }
    if (
      alert.phase === 'PENDING' ||
      (alert.resolvedMs > 0 && timeMs - alert.resolvedMs > resolvedRetentionMs)
    )
      this.#active.delete(key)
    if (alert.phase !== 'INACTIVE') {
      alert.phase = 'INACTIVE'
      alert.resolvedMs = timeMs
    }
    return false
  }

  #series(alert: Alert, timeMs: number): RuleSample[] {
    const state = alert.phase === 'FIRING' ? 'firing' : 'pending'
    const named = (name: string, labels: Labels): Labels => setLabel(labels, '__name__', name)
    return [
      { labels: named('ALERTS', setLabel(alert.labels, 'alertstate', state)), timeMs, value: 1 },
      {
        labels: named('ALERTS_FOR_STATE', alert.labels),
        timeMs,
        value: Math.floor(alert.activeMs / 1_000),
      },
    ]
  }
}
