import { messageOf } from '../../../kernel/fault.ts'
import type { DocumentSource } from '../../../port/document-source.ts'
import { parseRules, type Rule, type RuleProblem } from './rule-document.ts'

type Document = { text: string; rules: readonly Rule[] }

/**
 * The stream rules as last read, documents in order of file name. A document with a problem leaves the last good state of itself in
 * force, so that a slip of the pen never opens a gate.
 */
export class RuleLibrary {
  readonly #source: DocumentSource
  #documents = new Map<string, Document>()
  #seen = ''
  problems: readonly RuleProblem[] = []

  constructor(source: DocumentSource) {
    this.#source = source
  }

  get rules(): readonly Rule[] {
    return [...this.#documents.values()].flatMap(({ rules }) => rules)
  }

  /** True when rules or problems are others than before. Where the source fails, what was known stays. */
  async reload(): Promise<boolean> {
    const problems: RuleProblem[] = []
    try {
      const next = new Map<string, Document>()
      for (const { file, text, problem } of await this.#source.load()) {
        const before = this.#documents.get(file)
        const parsed =
          problem !== undefined
            ? { problems: [problem] }
            : before?.text === text
              ? { rules: [...before.rules] }
              : parseRules(text)
        if ('rules' in parsed) next.set(file, { text, rules: parsed.rules })
        else {
          problems.push(...parsed.problems.map((message) => ({ file, message })))
          if (before) next.set(file, before)
        }
      }
      this.#documents = next
    } catch (error) {
      problems.push({ file: '', message: `The stream rules cannot be read: ${messageOf(error)}` })
    }
    this.problems = problems
    const seen = JSON.stringify([[...this.#documents].map(([file, { text }]) => [file, text]), problems])
    const changed = seen !== this.#seen
    this.#seen = seen
    return changed
  }
}
