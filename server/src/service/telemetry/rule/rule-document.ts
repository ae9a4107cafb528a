import type { Labels } from '@aiops/contract/model/label'
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import { messageOf } from '../../../kernel/fault.ts'
import type { Expression } from '../promql/expression.ts'
import type { PromqlLanguage } from './index.ts'
import { ruleDurationMs } from './rule-duration.ts'
import { templateProblem } from './template/template.ts'

export type RuleSpec = {
  kind: 'RECORDING' | 'ALERTING'
  name: string
  expression: Expression
  /** Canonical. */
  query: string
  forMs: number
  keepFiringForMs: number
  labels: Labels
  annotations: Labels
}
export type GroupSpec = {
  name: string
  /** Undefined: the default. */
  intervalMs?: number
  queryOffsetMs?: number
  /** Series, or alerts, that one rule may give; 0 for any number. */
  limit: number
  labels: Labels
  rules: RuleSpec[]
}
export type RuleDocument = { groups: GroupSpec[]; problems: string[] }

export type ReadOptions = { ignoreUnknown?: boolean }

const problemsMax = 100
const rulesMax = 20_000

/** A rule file of Prometheus. With problems it counts for nothing; each says its line and column. Unknown fields are problems. */
export function parseRules(text: string, language: PromqlLanguage, options: ReadOptions = {}): RuleDocument {
  return new Reader(text, language, options).document()
}

const groupFields = ['name', 'interval', 'query_offset', 'limit', 'rules', 'labels']
const ruleFields = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations']

class Reader {
  readonly #lines = new LineCounter()
  readonly #text: string
  readonly #language: PromqlLanguage
  readonly #strict: boolean
  readonly #problems: string[] = []
  #document: Document | undefined

  constructor(text: string, language: PromqlLanguage, { ignoreUnknown = false }: ReadOptions) {
    this.#text = text
    this.#language = language
    this.#strict = !ignoreUnknown
  }

  document(): RuleDocument {
    const parsed = parseDocument(this.#text, { lineCounter: this.#lines, merge: true, logLevel: 'error' })
    for (const error of parsed.errors) this.#problem(undefined, messageOf(error).split('\n')[0] ?? 'not YAML')
    this.#document = parsed
    const root = parsed.contents
    if (this.#problems.length > 0 || root === null || (isScalar(root) && root.value === null))
      return this.#done([])
    if (!isMap(root)) return this.#done([], root, 'a mapping with `groups` is expected')
    try {
      // Anchors are followed by the library, which bounds how often.
      parsed.toJS({ maxAliasCount: 100 })
    } catch (error) {
      return this.#done([], root, messageOf(error))
    }
    const fields = this.#fields(parsed.contents as YAMLMap, ['groups'], 'a rule file')
    const list = fields.get('groups')
    if (list !== undefined && !isSeq(list) && !isNull(list)) return this.#done([], list, 'groups is no list')
    const groups: GroupSpec[] = []
    const names = new Set<string>()
    for (const item of isSeq(list) ? list.items : []) {
      const group = this.#group(this.#resolved(item as Node))
      if (!group) continue
      if (names.has(group.name))
        this.#problem(item as Node, `groupname: "${group.name}" is repeated in the same file`)
      names.add(group.name)
      groups.push(group)
    }
    if (groups.reduce((sum, { rules }) => sum + rules.length, 0) > rulesMax)
      this.#problem(root, `a file may hold ${rulesMax} rules`)
    return this.#done(groups)
  }

  #done(groups: GroupSpec[], node?: unknown, problem?: string): RuleDocument {
    if (problem !== undefined) this.#problem(node as Node, problem)
    return { groups: this.#problems.length > 0 ? [] : groups, problems: this.#problems.slice(0, problemsMax) }
  }

  #group(node: Node): GroupSpec | undefined {
    if (!isMap(node)) return void this.#problem(node, 'a group is a mapping')
    const fields = this.#fields(node, groupFields, 'a group')
    const name = this.#scalar(fields, 'name')
    if (name === '') this.#problem(node, 'Groupname must not be empty')
    const labels = this.#labels(fields.get('labels'), 'label')
    const rules = fields.get('rules')
    const specs: RuleSpec[] = []
    if (isSeq(rules))
      rules.items.forEach((item, at) => {
        const rule = this.#rule(this.#resolved(item as Node), name, at + 1)
        if (rule) specs.push(rule)
      })
    else if (rules !== undefined && !isNull(rules)) this.#problem(rules, 'rules is no list')
    const limit = Number(this.#scalar(fields, 'limit') || 0)
    if (!Number.isSafeInteger(limit)) this.#problem(fields.get('limit'), 'limit is no whole number')
    const intervalMs = this.#duration(fields, 'interval')
    const queryOffsetMs = this.#duration(fields, 'query_offset')
    return {
      ...{ name, limit, labels, rules: specs },
      ...(intervalMs ? { intervalMs } : {}),
      ...(queryOffsetMs === undefined ? {} : { queryOffsetMs }),
    }
  }

  #rule(node: Node, group: string, number: number): RuleSpec | undefined {
    if (!isMap(node)) return void this.#problem(node, 'a rule is a mapping')
    const fields = this.#fields(node, ruleFields, 'a rule')
    const record = this.#scalar(fields, 'record')
    const alert = this.#scalar(fields, 'alert')
    const fail = (where: string, why: string): void =>
      this.#problem(
        fields.get(where) ?? node,
        `group "${group}", rule ${number}, "${alert || record}": ${why}`,
      )
    if (record !== '' && alert !== '') fail('record', "only one of 'record' and 'alert' must be set")
    if (record === '' && alert === '') fail('record', "one of 'record' or 'alert' must be set")
    const parsed = this.#expression(fields, fail)
    const annotations = this.#labels(fields.get('annotations'), 'annotation')
    const labels = this.#labels(fields.get('labels'), 'label')
    const forMs = this.#duration(fields, 'for') ?? 0
    const keepFiringForMs = this.#duration(fields, 'keep_firing_for') ?? 0
    if (record !== '') {
      if (Object.keys(annotations).length > 0) fail('record', "invalid field 'annotations' in recording rule")
      if (forMs !== 0) fail('record', "invalid field 'for' in recording rule")
      if (keepFiringForMs !== 0) fail('record', "invalid field 'keep_firing_for' in recording rule")
      if (!record.isWellFormed() || record.includes('\0'))
        fail('record', `invalid recording rule name: ${record}`)
      if (/[{}]/.test(record))
        fail('record', `braces present in the recording rule name; should it be in expr?: ${record}`)
    } else {
      for (const [kind, texts] of [['label', labels] as const, ['annotation', annotations] as const])
        for (const [name, text] of Object.entries(texts)) {
          const why = templateProblem(text)
          if (why !== undefined) fail('alert', `${kind} "${name}": ${why}`)
        }
    }
    if (!parsed) return undefined
    const kind = record !== '' ? ('RECORDING' as const) : ('ALERTING' as const)
    return { kind, name: record || alert, ...parsed, forMs, keepFiringForMs, labels, annotations }
  }

  #expression(
    fields: ReadonlyMap<string, Node>,
    fail: (where: string, why: string) => void,
  ): { expression: Expression; query: string } | undefined {
    const text = this.#scalar(fields, 'expr')
    if (text === '') return void fail('expr', "field 'expr' must be set in rule")
    try {
      const expression = this.#language.parse(text)
      return { expression, query: this.#language.print(expression) }
    } catch (error) {
      return void fail('expr', `could not parse expression: ${messageOf(error)}`)
    }
  }

  #fields(map: YAMLMap, known: readonly string[], what: string): Map<string, Node> {
    const fields = new Map<string, Node>()
    for (const { key, name, value } of this.#pairs(map)) {
      if (this.#strict && !known.includes(name)) this.#problem(key, `field ${name} not found in ${what}`)
      if (value) fields.set(name, value)
    }
    return fields
  }

  /** What a mapping holds, anchors and `<<` followed; what stands in it itself wins. */
  #pairs(map: YAMLMap): { key: Node; name: string; value: Node | null }[] {
    const pairs = (map.items as Pair<Node, Node | null>[]).flatMap(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : ''
      const resolved = value && this.#resolved(value)
      if (name !== '<<') return [{ key, name, value: resolved, merged: false }]
      const maps = isSeq(resolved) ? resolved.items.map((item) => this.#resolved(item as Node)) : [resolved]
      return maps.flatMap((one) =>
        isMap(one) ? this.#pairs(one as YAMLMap).map((pair) => ({ ...pair, merged: true })) : [],
      )
    })
    const own = new Set(pairs.filter(({ merged }) => !merged).map(({ name }) => name))
    return pairs.filter(({ name, merged }) => !merged || !own.has(name))
  }

  #resolved(node: Node): Node {
    return isAlias(node) && this.#document ? (node.resolve(this.#document) ?? node) : node
  }

  /** A scalar as it is written, whatever YAML takes it for: `expr: 1` is a query. */
  #scalar(fields: ReadonlyMap<string, Node>, name: string): string {
    const node = fields.get(name)
    if (node === undefined || isNull(node)) return ''
    if (!isScalar(node)) {
      this.#problem(node, `${name} is no text`)
      return ''
    }
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
  }

  #duration(fields: ReadonlyMap<string, Node>, name: string): number | undefined {
    const text = this.#scalar(fields, name)
    if (text === '') return undefined
    const ms = ruleDurationMs(text)
    if (Number.isNaN(ms)) this.#problem(fields.get(name), `not a valid duration string: "${text}"`)
    return ms
  }

  #labels(node: Node | undefined, kind: 'label' | 'annotation'): Labels {
    if (node === undefined || isNull(node)) return {}
    if (!isMap(node)) {
      this.#problem(node, `${kind}s is no mapping`)
      return {}
    }
    const labels: [string, string][] = []
    for (const { key, name, value } of this.#pairs(node as YAMLMap)) {
      if (name === '' || !name.isWellFormed() || (kind === 'label' && name === '__name__'))
        this.#problem(key, `invalid ${kind} name: ${name}`)
      const text = value ? this.#scalar(new Map([[name, value]]), name) : ''
      if (!text.isWellFormed()) this.#problem(value, `invalid ${kind} value: ${text}`)
      labels.push([name, text])
    }
    return Object.fromEntries(labels)
  }

  #problem(node: unknown, why: string): void {
    const range = (node as Node | undefined)?.range
    const { line, col } = range ? this.#lines.linePos(range[0]) : { line: 0, col: 0 }
    if (this.#problems.length < problemsMax) this.#problems.push(line > 0 ? `${line}:${col}: ${why}` : why)
  }
}

const isNull = (node: unknown): boolean => isScalar(node) && node.value === null
