import type { TenantId } from '@aiops/contract/model/tenant'
import { messageOf } from '../../../kernel/fault.ts'
import type { DocumentSource } from '../../../port/document-source.ts'
import type { PromqlLanguage } from './index.ts'
import { type GroupSpec, parseRules } from './rule-document.ts'

export type KnownGroup = { tenant: TenantId; file: string; spec: GroupSpec; identity: string }
type Document = { tenant: TenantId; file: string; text: string; groups: GroupSpec[] }
type Problem = { tenant: TenantId; file: string; message: string }

/** Rule files as last read. One with a problem leaves the last good state of itself in force. */
export class RuleLibrary {
  readonly #sources: readonly { tenant: TenantId; source: DocumentSource }[]
  readonly #language: PromqlLanguage
  readonly #groupsMax: number
  #documents = new Map<string, Document>()
  #groups: ReadonlyMap<string, KnownGroup> = new Map()
  #seen = ''
  problems: readonly Problem[] = []

  constructor(
    sources: readonly { tenant: TenantId; source: DocumentSource }[],
    language: PromqlLanguage,
    groupsMax: number,
  ) {
    this.#sources = sources
    this.#language = language
    this.#groupsMax = groupsMax
  }

  /** By a key that stays the same while file and name do; in order. */
  groups(): ReadonlyMap<string, KnownGroup> {
    return this.#groups
  }

  /** True when documents or problems are others than before. */
  async reload(): Promise<boolean> {
    const problems: Problem[] = []
    const next = new Map<string, Document>()
    for (const [at, { tenant, source }] of this.#sources.entries()) {
      let files: Awaited<ReturnType<DocumentSource['load']>>
      try {
        files = await source.load()
      } catch (error) {
        const message = `The rule files cannot be read: ${messageOf(error)}`
        problems.push({ tenant, file: '', message })
        for (const [key, document] of this.#documents) if (key.startsWith(`${at} `)) next.set(key, document)
        continue
      }
      for (const { file, text, problem } of files) {
        const key = `${at} ${file}`
        const before = this.#documents.get(key)
        if (before && problem === undefined && before.text === text) {
          next.set(key, before)
          continue
        }
        const read =
          problem === undefined ? parseRules(text, this.#language) : { groups: [], problems: [problem] }
        problems.push(...read.problems.map((message) => ({ tenant, file, message })))
        if (read.problems.length === 0) next.set(key, { tenant, file, text, groups: read.groups })
        else if (before) next.set(key, before)
      }
    }
    this.#documents = next
    this.#groups = this.#bounded(problems)
    this.problems = problems
    const seen = JSON.stringify([[...this.#groups.values()].map(({ identity }) => identity), problems])
    const changed = seen !== this.#seen
    this.#seen = seen
    return changed
  }

  #bounded(problems: Problem[]): Map<string, KnownGroup> {
    const groups = new Map<string, KnownGroup>()
    const counts = new Map<TenantId, number>()
    for (const { tenant, file, groups: specs } of this.#documents.values())
      for (const spec of specs) {
        const count = (counts.get(tenant) ?? 0) + 1
        counts.set(tenant, count)
        if (count === this.#groupsMax + 1)
          problems.push({
            tenant,
            file,
            message: `Groups beyond telemetry.rules.groups_max (${this.#groupsMax}) are left out.`,
          })
        if (count > this.#groupsMax) continue
        const key = JSON.stringify([tenant, file, spec.name])
        const identity = JSON.stringify([
          key,
          { ...spec, rules: spec.rules.map(({ expression: _, ...rule }) => rule) },
        ])
        groups.set(key, { tenant, file, spec, identity })
      }
    return groups
  }
}
