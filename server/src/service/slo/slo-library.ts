import { createHash } from 'node:crypto'
import type { Slo, SloInput } from '@aiops/contract/model/slo'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import type { DocumentSource } from '../../port/document-source.ts'
import { readSlos } from './document/slo-document.ts'
import type { SloLanguage } from './index.ts'
import { withService } from './slo-check.ts'

type Document = { tenant: TenantId; file: string; text: string; slos: Slo[] }
export type SloProblem = { tenant: TenantId; file: string; message: string }

/** Documents of objectives as last read. One with a problem leaves the last good state of itself in force. */
export class SloLibrary {
  readonly #deps: {
    sources: readonly { tenant: TenantId; source: DocumentSource }[]
    language: SloLanguage
    clock: Clock
  }
  #documents = new Map<string, Document>()
  #seen = ''
  problems: readonly SloProblem[] = []

  constructor(deps: {
    sources: readonly { tenant: TenantId; source: DocumentSource }[]
    language: SloLanguage
    clock: Clock
  }) {
    this.#deps = deps
  }

  /** In order of file, then as written. */
  slos(tenant: TenantId): Slo[] {
    return [...this.#documents.values()].filter((one) => one.tenant === tenant).flatMap(({ slos }) => slos)
  }

  /** True when documents or problems are others than before. */
  async reload(): Promise<boolean> {
    const problems: SloProblem[] = []
    const next = new Map<string, Document>()
    for (const [at, { tenant, source }] of this.#deps.sources.entries()) {
      let files: Awaited<ReturnType<DocumentSource['load']>>
      try {
        files = await source.load()
      } catch (error) {
        problems.push({ tenant, file: '', message: `The folder cannot be read: ${messageOf(error)}` })
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
          problem === undefined ? readSlos(text, this.#deps.language) : { slos: [], problems: [problem] }
        problems.push(...read.problems.map((message) => ({ tenant, file, message })))
        if (read.problems.length > 0) {
          if (before) next.set(key, before)
        } else next.set(key, { tenant, file, text, slos: this.#made(tenant, file, read.slos) })
      }
    }
    this.#documents = next
    this.problems = problems
    const seen = JSON.stringify([[...next.values()].map(({ file, text }) => [file, text]), problems])
    const changed = seen !== this.#seen
    this.#seen = seen
    return changed
  }

  #made(tenant: TenantId, file: string, inputs: readonly SloInput[]): Slo[] {
    const at = isoTime(this.#deps.clock.now())
    return inputs.map(withService).map((input) => ({
      ...input,
      id: documentId(tenant, input.name),
      ...{ document: file, created_at: at, updated_at: at, created_by: file },
    }))
  }
}

/** The same after every start, wherever the file lies. */
const documentId = (tenant: TenantId, name: string): string =>
  `doc-${createHash('sha256')
    .update(JSON.stringify([tenant, name]))
    .digest('hex')
    .slice(0, 20)}`
