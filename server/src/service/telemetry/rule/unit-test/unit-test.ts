import type { Labels } from '@aiops/contract/model/label'
import { isFault, messageOf } from '../../../../kernel/fault.ts'
import { compareLabels, labelsKey, printLabels } from '../../promql/evaluate/label-set.ts'
import type { PromqlEngine } from '../../promql/index.ts'
import type { PromqlLanguage } from '../index.ts'
import { type GroupSpec, parseRules, type ReadOptions } from '../rule-document.ts'
import { ruleDurationText } from '../rule-duration.ts'
import { RuleGroup } from '../rule-group.ts'
import { expressionFailures } from './expression-test.ts'
import { TestBed } from './test-bed.ts'
import { type AlertCase, parseTestFile, type TestFile, type TestGroup } from './test-document.ts'

export type UnitTestDeps = {
  promql: PromqlEngine
  language: PromqlLanguage
  /** Texts of the rule files that a pattern names; none is a warning, not a failure. */
  ruleFiles(pattern: string): Promise<{ file: string; text: string }[]>
  warn(sentence: string): void
}
export type UnitTestOptions = ReadOptions & {
  /** Whether a test of this name is to run. */
  selects?(name: string): boolean
}

const evaluationsMax = 1_000_000

/**
 * Runs a file of promtool's unit tests (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/); what failed, a
 * text each; empty where all is as expected.
 */
export async function runUnitTests(
  content: string,
  deps: UnitTestDeps,
  options: UnitTestOptions = {},
): Promise<string[]> {
  try {
    const file = parseTestFile(content, options.ignoreUnknown)
    const repeated = file.group_eval_order.find((name, at, all) => all.indexOf(name) !== at)
    if (repeated !== undefined) return [`group name repeated in evaluation order: ${repeated}`]
    const { specs, problems } = await rulesOf(file, deps, options)
    const failures: string[] = []
    for (const group of file.tests) {
      if (options.selects && !options.selects(group.name)) continue
      failures.push(...(problems.length > 0 ? problems : await testGroup(group, file, specs, deps)))
    }
    return failures
  } catch (error) {
    if (!isFault(error)) throw error
    return [messageOf(error)]
  }
}

type Located = { file: string; spec: GroupSpec }

/** Groups in the order they are to be evaluated: those that `group_eval_order` does not name come first. */
async function rulesOf(
  file: TestFile,
  deps: UnitTestDeps,
  options: ReadOptions,
): Promise<{ specs: Located[]; problems: string[] }> {
  const specs: Located[] = []
  const problems: string[] = []
  for (const pattern of file.rule_files) {
    const found = await deps.ruleFiles(pattern)
    if (found.length === 0) deps.warn(`  WARNING: no file match pattern ${pattern}`)
    for (const { file: name, text } of found) {
      const read = parseRules(text, deps.language, options)
      problems.push(...read.problems.map((problem) => `${name}: ${problem}`))
      specs.push(...read.groups.map((spec) => ({ file: name, spec })))
    }
  }
  const order = new Map(file.group_eval_order.map((name, at) => [name, at]))
  const place = ({ spec }: Located): number => order.get(spec.name) ?? 0
  return { specs: specs.sort((a, b) => place(a) - place(b)), problems }
}

async function testGroup(
  group: TestGroup,
  file: TestFile,
  specs: readonly Located[],
  deps: UnitTestDeps,
): Promise<string[]> {
  const evaluationMs = file.evaluation_interval || 60_000
  const samplesMs = group.interval || evaluationMs
  const nameless = group.alert_rule_test.find(({ alertname }) => alertname === '')
  const bed = new TestBed(group, { samplesMs, evaluationMs }, deps.promql)
  if (nameless)
    return [
      `an item under alert_rule_test misses required attribute alertname at eval_time ${ruleDurationText(nameless.eval_time)}${group.name === '' ? '' : ` (in TestGroup ${group.name})`}`,
    ]
  const groups = specs.map(({ file: name, spec }) => groupOf(name, spec, group, bed, samplesMs))
  const startMs = group.start_timestamp
  const endMs =
    startMs +
    Math.max(0, ...[...group.alert_rule_test, ...group.promql_expr_test].map((one) => one.eval_time))
  if ((endMs - startMs) / evaluationMs > evaluationsMax)
    return [`more than ${evaluationsMax} evaluations would be needed: take a longer evaluation_interval`]
  const failures: string[] = []
  for (let timeMs = startMs; timeMs <= endMs; timeMs += evaluationMs) {
    bed.nowMs = timeMs
    const errors: string[] = []
    for (const one of groups) {
      await one.evaluate(timeMs)
      for (const { name, error } of one.errors())
        errors.push(`    rule: ${name}, time: ${ruleDurationText(timeMs - startMs)}, err: ${error}`)
    }
    // What is built on rules that fail would fail too.
    if (errors.length > 0) return [...failures, ...errors]
    const due = group.alert_rule_test.filter(
      ({ eval_time }) => startMs + eval_time >= timeMs && startMs + eval_time < timeMs + evaluationMs,
    )
    for (const test of due.sort((a, b) => a.eval_time - b.eval_time))
      failures.push(...alertFailures(test, group, groups))
  }
  return [...failures, ...(await expressionFailures(group, bed, file.fuzzy_compare))]
}

const groupOf = (
  file: string,
  spec: GroupSpec,
  group: TestGroup,
  bed: TestBed,
  intervalMs: number,
): RuleGroup =>
  new RuleGroup(
    spec,
    {
      query: bed.query,
      record: async (samples) => bed.record(samples),
      alert: async () => undefined,
      monotonic: () => 0,
      externalLabels: group.external_labels,
      externalUrl: () => group.external_url,
    },
    { file, intervalMs, queryOffsetMs: spec.queryOffsetMs ?? 0, resendMs: 60_000, restored: true },
  )

type Shown = { labels: Labels; annotations: Labels }

function alertFailures(test: AlertCase, group: TestGroup, groups: readonly RuleGroup[]): string[] {
  const got = groups
    .flatMap((one) => one.alerting)
    .filter((rule) => rule.spec.name === test.alertname)
    .flatMap((rule) => rule.alerts().filter(({ phase }) => phase === 'FIRING'))
    .map(({ labels, annotations }): Shown => ({ labels, annotations: filled(annotations) }))
  const expected = test.exp_alerts.map(
    (alert): Shown => ({
      labels: filled({ ...alert.exp_labels, alertname: test.alertname }),
      annotations: filled(alert.exp_annotations),
    }),
  )
  if (keysOf(got) === keysOf(expected)) return []
  const named = group.name === '' ? '' : `    name: ${group.name},\n`
  const time = ruleDurationText(test.eval_time)
  return [
    `${named}    alertname: ${test.alertname}, time: ${time}, \n        exp:${shown(expected)}, \n        got:${shown(got)}`,
  ]
}

/** A label without a value is none. */
const filled = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))

const keysOf = (alerts: readonly Shown[]): string =>
  alerts
    .map(({ labels, annotations }) => JSON.stringify([labelsKey(labels), labelsKey(annotations)]))
    .sort()
    .join('\n')

function shown(alerts: readonly Shown[]): string {
  if (alerts.length === 0) return '[]'
  const lines = alerts
    .toSorted((a, b) => compareLabels(a.labels, b.labels))
    .map(
      ({ labels, annotations }, at) =>
        `            ${at}:\n              Labels:${printLabels(labels)}\n              Annotations:${printLabels(annotations)}`,
    )
  return `[\n${lines.join(',\n')}\n            ]`
}
