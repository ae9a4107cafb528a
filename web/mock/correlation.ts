/** Correlation rules, lessons and maintenance windows of the stand-in. */
import type { CorrelationLesson } from '@aiops/contract/model/correlation-lesson'
import {
  type CorrelationAction,
  type CorrelationRule,
  CorrelationRuleInput,
} from '@aiops/contract/model/correlation-rule'
import { type MaintenanceWindow, MaintenanceWindowInput } from '@aiops/contract/model/maintenance'
import { type Input, Refusal } from './refusal.ts'

const at = (fromNowMs: number): string => new Date(Date.now() + fromNowMs).toISOString()
const hourMs = 3_600_000

export function correlationHandlers(empty: boolean) {
  const rules = empty ? [] : ruleTexts.map(([action, name, when], i) => ruleOf(i, action, name, when))
  const windows = empty ? [] : [0, 1, 2].map(windowOf)
  const lessons = empty ? [] : [lessonOf('l1', 1.2), lessonOf('l2', -0.8)]
  const found = <T extends { id: string }>(list: T[], id: string | undefined): T => {
    const one = list.find((item) => item.id === id)
    if (!one) throw new Refusal(404, 'NOT_FOUND', `There is no ${id}.`)
    return one
  }
  const taken = <T extends { id: string }>(list: T[], id: string | undefined): null => {
    list.splice(list.indexOf(found(list, id)), 1)
    return null
  }
  const paged = <T>(items: T[]) => ({ items, total: items.length, page: 1, page_size: 200, total_pages: 1 })
  const covered = {
    ...{ alerts: empty ? 0 : 3, anomalies: empty ? 0 : 1 },
    ...{ alert_examples: [], anomaly_examples: [] },
  }
  const cover = { at: at(0), now: covered, last_7_days: covered, truncated: false }
  return {
    listCorrelationRules: () => ({
      ...paged(rules),
      problems: empty
        ? []
        : [{ file: 'correlation-rules/nodes.yaml', message: 'rules[2].when: unknown name "lables".' }],
    }),
    createCorrelationRule: ({ body }: Input) => {
      const input = CorrelationRuleInput.parse(body)
      if (!input.when.includes('='))
        throw new Refusal(400, 'VALIDATION_FAILED', 'when: column 1: this is no condition.')
      const rule = { ...ruleOf(rules.length, input.action, input.name, input.when), ...input }
      rules.push(rule)
      return rule
    },
    updateCorrelationRule: ({ params, body }: Input) =>
      Object.assign(found(rules, params.id), CorrelationRuleInput.parse(body)),
    deleteCorrelationRule: ({ params }: Input) => taken(rules, params.id),
    previewCorrelationRule: () => ({
      ...{ from: at(-24 * hourMs), to: at(0), examined: 1_204, truncated: false, matched: 87 },
      ...{ sources: 4, held: 81, groups: 6, examples: [] },
      ...{ anomalies: { examined: 204, matched: 12 }, incidents: empty ? noEffect : effect },
    }),
    getCorrelationRuleEffect: () => (empty ? noEffect : effect),
    applyCorrelationRule: () => ({
      done: [{ act: 'MERGED', incident: named(43), into: named(42), members: ['a1', 'a2'] }],
      skipped: [{ incident: 'i44', why: 'By now the rule has nothing to change in it.' }],
    }),
    importAlertmanagerConfiguration: ({ body }: Input) => ({
      dry_run: body.dry_run,
      rules: [ruleOf(9, 'INHIBIT', 'inhibit_rules[0]', 'labels.get("severity") == "warning"')],
      windows: [],
      not_taken: [{ place: 'route.group_wait', why: 'incidents open as soon as they are worth it.' }],
    }),
    listCorrelationLessons: () => paged(lessons),
    forgetCorrelationLesson: ({ params }: Input) => taken(lessons, params.id),
    listMaintenance: () => paged(windows),
    createMaintenance: ({ body }: Input) => {
      const window = { ...windowOf(1), ...MaintenanceWindowInput.parse(body), id: `w${windows.length}` }
      windows.unshift(window)
      return window
    },
    updateMaintenance: ({ params, body }: Input) =>
      Object.assign(found(windows, params.id), MaintenanceWindowInput.parse(body)),
    deleteMaintenance: ({ params }: Input) => taken(windows, params.id),
    previewMaintenance: () => ({
      ...cover,
      occurrences: [7, 14, 21].map((days) => ({
        starts_at: at(days * 24 * hourMs),
        ends_at: at(days * 25 * hourMs),
      })),
    }),
    previewSilence: () => cover,
  }
}

const named = (number: number) => ({
  ...{ id: `i${number}`, number, title: `Rack ${number} lost its power`, severity: 'HIGH' as const },
})
const noEffect = { examined: 0, truncated: false, joins: [], parts: [], routes: [], left: [] }
const effect = {
  ...{ ...noEffect, examined: 17 },
  joins: [{ into: named(42), from: [named(43), named(44)], why: 'Kept together by the rule: rack=7.' }],
  parts: [{ incident: named(45), members: 12, into: null, why: 'Kept apart by the rule: rack=9.' }],
  left: [{ incident: named(46), why: 'Somebody has parted it from INC-42.' }],
}

const ruleTexts: [CorrelationAction, string, string][] = [
  ['GROUP', 'One rack, one incident', 'labels.get("rack") != ""'],
  ['SEPARATE', 'Teams of staging apart', 'labels.get("env") == "staging"'],
  ['INHIBIT', 'A node that is down hides its pods', 'name.startsWith("Pod")'],
  ['SUPPRESS', 'Noise of the load test', 'labels.get("env") == "load" && severity != "CRITICAL"'],
  ['ROUTE', 'Payments on call', 'service == "payments" && severity in ["CRITICAL", "HIGH"]'],
]

function ruleOf(i: number, action: CorrelationAction, name: string, when: string): CorrelationRule {
  return {
    ...{ id: `r${i}`, name, when, action, enabled: i !== 3, order: i * 10 },
    by: action === 'GROUP' ? ['rack'] : action === 'INHIBIT' ? ['node', 'cluster'] : [],
    source_when: action === 'INHIBIT' ? 'name == "NodeDown"' : '',
    route: action === 'ROUTE' ? 'payments-on-call' : '',
    comment: i === 0 ? 'Power feeds are per rack.' : '',
    origin: i === 1 ? 'FILE' : i === 2 ? 'ALERTMANAGER' : 'API',
    ...{ created_by: 'ana', updated_at: at(-i * hourMs) },
    hits: { count: i * 37, last_at: i === 0 ? null : at(-i * 60_000) },
  }
}

function windowOf(i: number): MaintenanceWindow {
  const state = (['ACTIVE', 'PENDING', 'ENDED'] as const)[i] ?? 'PENDING'
  return {
    ...{
      id: `w${i}`,
      name: ['Patch night', 'Monthly failover test', 'Move of the store'][i] ?? 'Window',
      state,
    },
    matchers: [{ name: 'cluster', op: '=', value: 'east' }],
    ...{ starts_at: at(-hourMs), duration: '2h', time_zone: 'Europe/Berlin', remind_before: '15m' },
    recurrence:
      i === 0
        ? { frequency: 'WEEKLY', interval: 1, by_day: ['TU'], until: null }
        : i === 1
          ? { frequency: 'MONTHLY', interval: 1, by_day: ['2TU'], until: null }
          : null,
    ...{ comment: 'Kernel updates', created_by: 'ana', created_at: at(-9 * hourMs), updated_at: at(-hourMs) },
    next:
      state === 'ENDED' ? null : { starts_at: at(hourMs * (i * 30 - 1)), ends_at: at(hourMs * (i * 30 + 1)) },
    silences: [],
  }
}

const lessonOf = (id: string, log_odds: number): CorrelationLesson => ({
  id,
  a: { rule: 'HighLatency', place: 'service' },
  b: { rule: 'DiskFull', place: 'host' },
  relation: log_odds > 0 ? 'ADJACENT' : 'NEAR',
  ...{ joined: log_odds > 0 ? 3 : 0, parted: log_odds > 0 ? 0 : 2, log_odds },
  ...{ by: ['ana', 'ben'], created_at: at(-90 * hourMs), updated_at: at(-2 * hourMs) },
})
