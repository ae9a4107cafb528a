import { isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { messageOf } from '../../../../kernel/fault.ts'
import { type MappingRule, mappingRule } from './mapping-rule.ts'
import { RuleDocument } from './rule-document.ts'
import { PathText } from './text-value.ts'

const MappingDocument = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens, 64 at most'),
  description: z.string().max(1_024).default(''),
  /** Texts in the body that hold JSON themselves; they are read before anything looks into them. */
  json_in: z.array(PathText).max(8).default([]),
  /** Types of CloudEvents that are alerts by this mapping; `*` stands for any text. */
  cloud_event_types: z.array(z.string().min(1).max(256)).max(64).default([]),
  rules: z.array(RuleDocument).min(1).max(32),
})

export type Mapping = {
  id: string
  description: string
  jsonIn: readonly string[]
  cloudEventTypes: readonly string[]
  /** The first whose conditions hold is followed. */
  rules: readonly MappingRule[]
}
export type ParsedMapping = { mapping: Mapping } | { problems: string[] }

const problemsMax = 10
const aliasesMax = 20

/** One YAML document. Each problem names its line, its path and the reason. */
export function parseMapping(text: string): ParsedMapping {
  try {
    const lines = new LineCounter()
    const document = parseDocument(text, { lineCounter: lines })
    const [broken] = document.errors
    if (broken) return { problems: [broken.message.split('\n')[0] ?? 'not YAML'] }
    const parsed = MappingDocument.safeParse(document.toJS({ maxAliasCount: aliasesMax }))
    if (!parsed.success) {
      const located = parsed.error.issues.slice(0, problemsMax).map(({ path, message }) => {
        const node = path
          .map((_, at) => document.getIn(path.slice(0, path.length - at), true))
          .find((one) => isNode(one) && one.range)
        const line = isNode(node) && node.range ? `line ${lines.linePos(node.range[0]).line}: ` : ''
        return `${line}${path.join('.') || 'the document'}: ${message}`
      })
      return { problems: located }
    }
    const { id, description, json_in: jsonIn, cloud_event_types: cloudEventTypes, rules } = parsed.data
    const made = rules.map((rule, at) => named(`rules.${at}`, () => mappingRule(rule, id)))
    return { mapping: { id, description, jsonIn, cloudEventTypes, rules: made } }
  } catch (error) {
    return { problems: [messageOf(error).slice(0, 500)] }
  }
}

function named<T>(path: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw new Error(`${path}: ${messageOf(error)}`, { cause: error })
  }
}
