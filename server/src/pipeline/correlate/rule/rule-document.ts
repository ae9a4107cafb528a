import { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import { isMap, parseDocument } from 'yaml'
import { messageOf } from '../../../kernel/fault.ts'
import { checkRule } from './check-rule.ts'

const problemsMax = 100
const rulesMax = 500

/** A document of rules: `rules:` with a list. With problems it counts for nothing; each says where it is. */
export function readRules(text: string): { rules: CorrelationRuleInput[]; problems: string[] } {
  const problems: string[] = []
  const rules: CorrelationRuleInput[] = []
  const names = new Set<string>()
  for (const [at, written] of writtenIn(text, problems).entries()) {
    const place = `rules[${at}]`
    const read = CorrelationRuleInput.strict().safeParse(written)
    if (!read.success) {
      for (const { path, message } of read.error.issues)
        problems.push(`${[place, ...path].join('.')}: ${message}`)
      continue
    }
    try {
      checkRule(read.data)
    } catch (error) {
      problems.push(`${place}.${messageOf(error)}`)
    }
    if (names.has(read.data.name))
      problems.push(`${place}.name: ${JSON.stringify(read.data.name)} is there twice`)
    names.add(read.data.name)
    rules.push(read.data)
  }
  return { rules: problems.length > 0 ? [] : rules, problems: problems.slice(0, problemsMax) }
}

function writtenIn(text: string, problems: string[]): unknown[] {
  try {
    const document = parseDocument(text, { logLevel: 'error' })
    const [error] = document.errors
    if (error) throw error
    if (document.contents === null) return []
    if (!isMap(document.contents)) throw new Error('A mapping is expected: `rules:` with a list.')
    // Anchors are followed by the library, which bounds how often.
    const root = document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>
    const unknown = Object.keys(root).filter((key) => key !== 'rules')
    if (unknown.length > 0 || !Array.isArray(root.rules))
      throw new Error('`rules:` with a list is expected, and nothing else.')
    if (root.rules.length > rulesMax) throw new Error(`A file may hold ${rulesMax} rules.`)
    return root.rules
  } catch (error) {
    problems.push(messageOf(error).split('\n')[0] ?? 'not YAML')
    return []
  }
}
