import { createHash } from 'node:crypto'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { StoredCorrelationRule } from '../../../port/correlation-rule-repository.ts'
import type { DocumentSource } from '../../../port/document-source.ts'
import { readRules } from './rule-document.ts'

export type RuleDocuments = readonly { tenant: TenantId; source: DocumentSource }[]
type Document = { tenant: TenantId; file: string; text: string; rules: StoredCorrelationRule[] }

/** Documents of rules as last read. One with a problem leaves the last good state of itself in force. */
export class RuleLibrary {
  readonly #sources: RuleDocuments
  readonly #clock: Clock
  #documents = new Map<string, Document>()
  #seen = new Map<TenantId, string>()
  problems: readonly { tenant: TenantId; file: string; message: string }[] = []

  constructor(sources: RuleDocuments, clock: Clock) {
    this.#sources = sources
    this.#clock = clock
  }

  rules(tenant: TenantId): StoredCorrelationRule[] {
    return [...this.#documents.values()].filter((one) => one.tenant === tenant).flatMap(({ rules }) => rules)
  }

  get tenants(): TenantId[] {
    return [...new Set([...this.#documents.values()].map(({ tenant }) => tenant))]
  }

  /** Tenants whose rules are others than before. */
  async reload(): Promise<TenantId[]> {
    const next = new Map<string, Document>()
    const problems: { tenant: TenantId; file: string; message: string }[] = []
    for (const [at, { tenant, source }] of this.#sources.entries()) {
      try {
        for (const found of await source.load()) {
          const key = `${at} ${found.file}`
          const before = this.#documents.get(key)
          if (before && found.problem === undefined && before.text === found.text) next.set(key, before)
          else this.#read(key, tenant, found, before, next, problems)
        }
      } catch (error) {
        problems.push({ tenant, file: '', message: `The folder cannot be read: ${messageOf(error)}` })
        for (const [key, document] of this.#documents) if (key.startsWith(`${at} `)) next.set(key, document)
      }
    }
    this.#documents = next
    this.problems = problems
    return this.#changed()
  }

  #read(
    key: string,
    tenant: TenantId,
    { file, text, problem }: Awaited<ReturnType<DocumentSource['load']>>[number],
    before: Document | undefined,
    next: Map<string, Document>,
    problems: { tenant: TenantId; file: string; message: string }[],
  ): void {
    const read = problem === undefined ? readRules(text) : { rules: [], problems: [problem] }
    problems.push(...read.problems.map((message) => ({ tenant, file, message })))
    if (read.problems.length > 0) {
      if (before) next.set(key, before)
      return
    }
    const at = isoTime(this.#clock.now())
    const rules = read.rules.map(
      (rule): StoredCorrelationRule => ({
        ...{ ...rule, id: documentId(tenant, file, rule.name), origin: 'FILE' },
        ...{ created_by: file, updated_at: at },
      }),
    )
    next.set(key, { tenant, file, text, rules })
  }

  #changed(): TenantId[] {
    const now = new Map<TenantId, string>()
    for (const { tenant, file, text } of this.#documents.values())
      now.set(tenant, `${now.get(tenant) ?? ''}${JSON.stringify([file, text])}`)
    const changed = [...new Set([...now.keys(), ...this.#seen.keys()])].filter(
      (tenant) => now.get(tenant) !== this.#seen.get(tenant),
    )
    this.#seen = now
    return changed
  }
}

/** The same after every start. */
const documentId = (tenant: TenantId, file: string, name: string): string =>
  `file-${createHash('sha256')
    .update(JSON.stringify([tenant, file, name]))
    .digest('hex')
    .slice(0, 20)}`
