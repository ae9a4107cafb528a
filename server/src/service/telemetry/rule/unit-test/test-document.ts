import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { Fault, messageOf } from '../../../../kernel/fault.ts'
import { ruleDurationMs } from '../rule-duration.ts'

const testsMax = 10_000

/** Every scalar comes as it is written: `values: 1` is a series of points, not a number. */
const text = z.string()
const duration = text.transform((written, context) => {
  const ms = ruleDurationMs(written)
  if (!Number.isNaN(ms)) return ms
  context.addIssue({ code: 'custom', message: `not a valid duration string: ${JSON.stringify(written)}` })
  return z.NEVER
})
const float = text.transform((written, context) => {
  const named = /^([+-]?)\.?(inf|nan)$/i.exec(written)
  if (named) return named[2]!.toLowerCase() === 'nan' ? Number.NaN : named[1] === '-' ? -Infinity : Infinity
  const value = Number(written.replaceAll('_', ''))
  if (!Number.isNaN(value) && written.trim() !== '') return value
  context.addIssue({ code: 'custom', message: `not a number: ${JSON.stringify(written)}` })
  return z.NEVER
})
/** RFC 3339 or Unix seconds, to milliseconds. */
const moment = text.transform((written, context) => {
  const ms = /^[+-]?\d+(\.\d+)?$/.test(written) ? Number(written) * 1_000 : Date.parse(written)
  if (Number.isFinite(ms)) return ms
  context.addIssue({ code: 'custom', message: `not a time: ${JSON.stringify(written)}` })
  return z.NEVER
})
const labels = z.record(text, text)
const flag = text.transform((written) => written.toLowerCase() === 'true')
/** YAML's ways to write nothing. */
const empty = z.enum(['', '~', 'null', 'Null', 'NULL'])
const listOf = <S extends z.ZodType>(item: S) =>
  z.union([empty.transform(() => []), z.array(item).max(testsMax)]).default([])
const mapped = z.union([empty.transform(() => ({})), labels]).default({})

const Series = z.strictObject({ series: text, values: text.default('') })
const AlertCase = z.strictObject({
  eval_time: duration.default(0),
  alertname: text.default(''),
  exp_alerts: listOf(z.strictObject({ exp_labels: mapped, exp_annotations: mapped })),
})
const ExpressionCase = z.strictObject({
  expr: text.default(''),
  eval_time: duration.default(0),
  exp_samples: listOf(
    z.strictObject({ labels: text.default(''), value: float.default(0), histogram: text.default('') }),
  ),
})
const TestGroup = z.strictObject({
  name: text.default(''),
  interval: duration.default(0),
  input_series: listOf(Series),
  alert_rule_test: listOf(AlertCase),
  promql_expr_test: listOf(ExpressionCase),
  external_labels: mapped,
  external_url: text.default(''),
  start_timestamp: moment.default(0),
})
const TestFile = z.strictObject({
  rule_files: listOf(text),
  evaluation_interval: duration.default(0),
  group_eval_order: listOf(text),
  fuzzy_compare: flag.default(false),
  tests: listOf(TestGroup),
})
export type TestFile = z.output<typeof TestFile>
export type TestGroup = z.output<typeof TestGroup>
export type AlertCase = z.output<typeof AlertCase>
export type ExpressionCase = z.output<typeof ExpressionCase>

/** A file of unit tests as promtool has them. Throws INVALID_REQUEST with a line for each thing that is wrong. */
export function parseTestFile(content: string, ignoreUnknown = false): TestFile {
  let document: unknown
  try {
    document =
      parseYaml(content, { schema: 'failsafe', maxAliasCount: 100, merge: true, logLevel: 'error' }) ?? {}
  } catch (error) {
    throw new Fault('INVALID_REQUEST', messageOf(error).split('\n')[0] ?? 'not YAML')
  }
  if (document === '') document = {}
  const parsed = TestFile.safeParse(document)
  if (parsed.success) return parsed.data
  const unknown = parsed.error.issues.filter((issue) => issue.code === 'unrecognized_keys')
  if (ignoreUnknown && unknown.length > 0 && unknown.length === parsed.error.issues.length) {
    for (const issue of unknown) for (const key of issue.keys) remove(document, issue.path, key)
    return parseTestFile(JSON.stringify(document), false)
  }
  throw new Fault('INVALID_REQUEST', parsed.error.issues.flatMap(problemsOf).join('\n'))
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String).join('.')
  const where = path === '' ? '' : `${path}: `
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${where}field ${key} not found`)
  return [where + issue.message]
}

function remove(document: unknown, path: readonly PropertyKey[], key: string): void {
  let at = document as Record<PropertyKey, unknown>
  for (const step of path) at = at[step] as Record<PropertyKey, unknown>
  delete at[key]
}
