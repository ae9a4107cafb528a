import type { TenantId } from '@aiops/contract/model/tenant'
import { Duration, durationMs } from '@aiops/contract/model/time'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { messageOf } from '../../../kernel/fault.ts'
import { type Matcher, parseMatcher, valueTest } from '../../../kernel/matcher.ts'
import { type Relabel, RelabelConfig, relabeler } from '../scrape/relabel.ts'
import { type Redaction, redactionOf } from './redaction.ts'

export type SignalName = 'metrics' | 'logs' | 'traces'
export type Aggregate = 'sum' | 'avg' | 'min' | 'max' | 'count'

/** What a rule does with what it matches: exactly one thing. */
export type Action =
  | { do: 'drop' }
  | { do: 'keep' }
  /** Labels that are absent so far get these values; with `replace` those that are there too. */
  | { do: 'set'; labels: Readonly<Record<string, string>>; replace: boolean }
  /** As `set`, by the value of another label. */
  | { do: 'lookup'; by: string; values: ReadonlyMap<string, Readonly<Record<string, string>>> }
  /** Metrics: Prometheus' relabelling; may drop. */
  | { do: 'relabel'; relabel: Relabel }
  | { do: 'rename'; from: string; to: string }
  | { do: 'remove'; labels: ReadonlySet<string> }
  /** Metrics: one sample of each series an interval. */
  | { do: 'thin'; everyMs: number }
  /** Logs and traces: this share of them, whole traces together. */
  | { do: 'sample'; share: number }
  /** Metrics: another series with value · scale + offset. */
  | { do: 'convert'; metric: string; scale: number; offset: number; unit: string }
  /** Logs and traces: a counter of what matched, by some labels. */
  | { do: 'count'; metric: string; by: readonly string[] }
  /** Metrics: one series for all that share some labels, once an interval. */
  | { do: 'aggregate'; metric: string; by: readonly string[]; everyMs: number; function: Aggregate }
  | { do: 'route'; store: boolean; analyse: boolean }
  | { do: 'redact'; redactions: readonly Redaction[] }

/** Whether something fits, by the values of its labels; one that is absent counts as empty. */
export type LabelTest = (labelOf: (name: string) => string | undefined) => boolean

export type Rule = {
  name: string
  /** null: all. */
  tenants: ReadonlySet<TenantId> | null
  signals: ReadonlySet<SignalName>
  fits: LabelTest
  action: Action
}
export type RuleProblem = { file: string; message: string }

const texts = z.record(z.string().min(1).max(1_024), z.string().max(4_096))
const names = z.array(z.string().min(1).max(1_024)).max(32)
const signal = z.enum(['metrics', 'logs', 'traces'])

const Document = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        tenants: z.array(z.string().min(1)).min(1).optional(),
        signal: z.union([signal, z.array(signal).min(1)]),
        match: z.array(z.string().max(4_096)).max(32).default([]),
        drop: z.literal(true).optional(),
        keep: z.literal(true).optional(),
        set: texts.optional(),
        replace: texts.optional(),
        lookup: z.strictObject({ by: z.string().min(1), values: z.record(z.string(), texts) }).optional(),
        relabel: z.array(RelabelConfig).min(1).max(100).optional(),
        rename: z.strictObject({ from: z.string().min(1), to: z.string().min(1) }).optional(),
        remove: names.optional(),
        thin: z.strictObject({ every: Duration }).optional(),
        sample: z.strictObject({ share: z.number().gt(0).max(1) }).optional(),
        convert: z
          .strictObject({
            metric: z.string().min(1),
            scale: z.number().default(1),
            offset: z.number().default(0),
            unit: z.string().max(64).default(''),
          })
          .optional(),
        count: z.strictObject({ metric: z.string().min(1), by: names.default([]) }).optional(),
        aggregate: z
          .strictObject({
            metric: z.string().min(1),
            by: names.default([]),
            every: Duration.default('15s'),
            function: z.enum(['sum', 'avg', 'min', 'max', 'count']),
          })
          .optional(),
        route: z
          .strictObject({ store: z.boolean().default(true), analyse: z.boolean().default(true) })
          .optional(),
        redact: z
          .array(
            z.strictObject({ pattern: z.string().min(1), replacement: z.string().default('«redacted»') }),
          )
          .min(1)
          .max(64)
          .optional(),
      }),
    )
    .max(1_000),
})
type Written = z.output<typeof Document>['rules'][number]

/** Which signals each action is for. */
const fitting: Record<Action['do'], readonly SignalName[]> = {
  drop: ['metrics', 'logs', 'traces'],
  keep: ['metrics', 'logs', 'traces'],
  set: ['metrics', 'logs', 'traces'],
  lookup: ['metrics', 'logs', 'traces'],
  relabel: ['metrics'],
  rename: ['metrics', 'logs', 'traces'],
  remove: ['metrics', 'logs', 'traces'],
  thin: ['metrics'],
  sample: ['logs', 'traces'],
  convert: ['metrics'],
  count: ['logs', 'traces'],
  aggregate: ['metrics'],
  route: ['metrics', 'logs', 'traces'],
  redact: ['logs', 'traces'],
}

/** The rules of one YAML document, or what is wrong with it: a document counts whole or not at all. */
export function parseRules(text: string): { rules: Rule[] } | { problems: string[] } {
  let content: unknown
  try {
    content = parseYaml(text, { maxAliasCount: 20, logLevel: 'error' })
  } catch (error) {
    return { problems: [`this is not YAML: ${messageOf(error).split('\n')[0]}`] }
  }
  const parsed = Document.safeParse(content ?? { rules: [] })
  if (!parsed.success)
    return {
      problems: parsed.error.issues.slice(0, 20).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    }
  const rules: Rule[] = []
  const problems: string[] = []
  for (const written of parsed.data.rules) {
    try {
      rules.push(ruleOf(written))
    } catch (error) {
      problems.push(`rule ${JSON.stringify(written.name)}: ${messageOf(error)}`)
    }
  }
  return problems.length > 0 ? { problems } : { rules }
}

function ruleOf(written: Written): Rule {
  const actions = actionsOf(written)
  const [action] = actions
  if (!action || actions.length > 1)
    throw new Error(`one thing to do is needed, not ${actions.length}: ${Object.keys(fitting).join(', ')}`)
  const signals = new Set([written.signal].flat())
  for (const name of signals)
    if (!fitting[action.do].includes(name)) throw new Error(`${action.do} is not for ${name}`)
  if (action.do === 'route' && !action.store && signals.has('metrics'))
    throw new Error(
      'store: false is not for metrics: what detection says of a series must be there to be seen',
    )
  return {
    name: written.name,
    tenants: written.tenants ? new Set(written.tenants) : null,
    signals,
    fits: fitsAll(written.match.map(parseMatcher)),
    action,
  }
}

function fitsAll(matchers: readonly Matcher[]): LabelTest {
  const tests = matchers.map((matcher) => ({ name: matcher.name, test: valueTest(matcher) }))
  return (labelOf) => tests.every(({ name, test }) => test(labelOf(name) ?? ''))
}

/** A table, so it is long. */
function actionsOf(written: Written): Action[] {
  const actions: Action[] = []
  if (written.drop) actions.push({ do: 'drop' })
  if (written.keep) actions.push({ do: 'keep' })
  if (written.set) actions.push({ do: 'set', labels: written.set, replace: false })
  if (written.replace) actions.push({ do: 'set', labels: written.replace, replace: true })
  if (written.lookup)
    actions.push({
      do: 'lookup',
      by: written.lookup.by,
      values: new Map(Object.entries(written.lookup.values)),
    })
  if (written.relabel) actions.push({ do: 'relabel', relabel: relabeler(written.relabel) })
  if (written.rename) actions.push({ do: 'rename', ...written.rename })
  if (written.remove) actions.push({ do: 'remove', labels: new Set(written.remove) })
  if (written.thin) actions.push({ do: 'thin', everyMs: durationMs(written.thin.every) })
  if (written.sample) actions.push({ do: 'sample', share: written.sample.share })
  if (written.convert) actions.push({ do: 'convert', ...written.convert })
  if (written.count) actions.push({ do: 'count', ...written.count })
  if (written.aggregate) {
    const { every, ...rest } = written.aggregate
    actions.push({ do: 'aggregate', ...rest, everyMs: durationMs(every) })
  }
  if (written.route) actions.push({ do: 'route', ...written.route })
  if (written.redact)
    actions.push({
      do: 'redact',
      redactions: written.redact.map(({ pattern, replacement }) =>
        redactionOf(written.name, pattern, replacement),
      ),
    })
  return actions
}
