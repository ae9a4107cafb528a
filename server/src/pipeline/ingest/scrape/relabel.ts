import { createHash } from 'node:crypto'
import { RE2JS } from 're2js'
import { z } from 'zod'
import { messageOf } from '../../../kernel/fault.ts'

/** Labels while they are rewritten: an absent label is an empty one. */
export type LabelMap = Map<string, string>

const actions = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const

/** One rule of `relabel_configs` or `metric_relabel_configs`, in Prometheus' form and with its defaults. */
export const RelabelConfig = z
  .strictObject({
    source_labels: z.array(z.string()).max(100).default([]),
    separator: z.string().default(';'),
    regex: z.coerce.string().default('(.*)'),
    modulus: z.number().int().min(1).optional(),
    target_label: z.string().optional(),
    replacement: z.coerce.string().default('$1'),
    action: z.preprocess(
      (value) => (typeof value === 'string' ? value.toLowerCase() : value),
      z.enum(actions).default('replace'),
    ),
  })
  .superRefine((rule, context) => {
    const wrong = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message })
    if (targeted.has(rule.action) && !rule.target_label)
      wrong('target_label', `is needed for the action ${rule.action}`)
    if (rule.action === 'hashmod' && rule.modulus === undefined)
      wrong('modulus', 'is needed for the action hashmod')
    if ((rule.action === 'labeldrop' || rule.action === 'labelkeep') && rule.source_labels.length > 0)
      wrong('source_labels', `are not for the action ${rule.action}`)
    try {
      compile(rule.regex)
    } catch (error) {
      wrong('regex', `cannot be read: ${messageOf(error)}`)
    }
  })
export type RelabelConfig = z.output<typeof RelabelConfig>

const targeted: ReadonlySet<string> = new Set([
  'replace',
  'hashmod',
  'keepequal',
  'dropequal',
  'lowercase',
  'uppercase',
])

/** Rewrites the labels in place; false when they are dropped. */
export type Relabel = (labels: LabelMap) => boolean

/** Rules in their order; regular expressions are RE2's, anchored at both ends, in time linear in the text. */
export function relabeler(rules: readonly RelabelConfig[]): Relabel {
  const steps = rules.map(stepOf)
  return (labels) => steps.every((step) => step(labels))
}

type Regex = ReturnType<typeof RE2JS.compile>
/** Dots match line breaks too, as in Prometheus 3. */
const compile = (regex: string): Regex => RE2JS.compile(`^(?:${regex})$`, RE2JS.DOTALL)

/** A table, one row an action. */
function stepOf(rule: RelabelConfig): Relabel {
  const { source_labels, separator, replacement, modulus = 1 } = rule
  const target = rule.target_label ?? ''
  const regex = compile(rule.regex)
  const matches = (text: string): boolean => regex.matcher(text).matches()
  const source = (labels: LabelMap): string =>
    source_labels.map((name) => labels.get(name) ?? '').join(separator)
  switch (rule.action) {
    case 'keep':
      return (labels) => matches(source(labels))
    case 'drop':
      return (labels) => !matches(source(labels))
    case 'keepequal':
      return (labels) => source(labels) === (labels.get(target) ?? '')
    case 'dropequal':
      return (labels) => source(labels) !== (labels.get(target) ?? '')
    case 'replace':
      return (labels) => {
        const groups = groupsOf(regex, source(labels))
        if (!groups) return true
        const name = expand(target, groups)
        if (isLabelName(name)) set(labels, name, expand(replacement, groups))
        return true
      }
    case 'lowercase':
      return (labels) => set(labels, target, source(labels).toLowerCase())
    case 'uppercase':
      return (labels) => set(labels, target, source(labels).toUpperCase())
    case 'hashmod':
      return (labels) => {
        const digest = createHash('md5').update(source(labels)).digest()
        return set(labels, target, String(digest.readBigUInt64BE(8) % BigInt(modulus)))
      }
    case 'labelmap':
      return (labels) => {
        for (const [name, value] of [...labels]) {
          const groups = groupsOf(regex, name)
          if (groups) set(labels, expand(replacement, groups), value)
        }
        return true
      }
    case 'labeldrop':
      return (labels) => {
        for (const name of [...labels.keys()]) if (matches(name)) labels.delete(name)
        return true
      }
    case 'labelkeep':
      return (labels) => {
        for (const name of [...labels.keys()]) if (!matches(name)) labels.delete(name)
        return true
      }
  }
}

function set(labels: LabelMap, name: string, value: string): true {
  if (value === '') labels.delete(name)
  else labels.set(name, value)
  return true
}

type Groups = { indexed: readonly string[]; named: ReadonlyMap<string, string> }

function groupsOf(regex: Regex, text: string): Groups | undefined {
  const matcher = regex.matcher(text)
  if (!matcher.matches()) return undefined
  const indexed = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? '')
  const named = new Map<string, string>()
  for (const name of Object.keys(regex.namedGroups() ?? {})) named.set(name, matcher.group(name) ?? '')
  return { indexed, named }
}

/** As Go's Regexp.Expand: `$name` takes the longest run of letters, digits and underscores; an unknown group is empty; `$$` is `$`. */
function expand(template: string, { indexed, named }: Groups): string {
  if (!template.includes('$')) return template
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$'
    const name = braced ?? bare ?? ''
    return /^\d+$/.test(name) ? (indexed[Number(name)] ?? '') : (named.get(name) ?? '')
  })
}

/** What Prometheus takes as the target of a replacement: since version 3 any text that is not empty. */
const isLabelName = (name: string): boolean => name !== '' && name.isWellFormed()
