import type { Runbook } from '@aiops/contract/model/runbook'
import { messageOf } from '../../kernel/fault.ts'
import type { DocumentFile, DocumentSource } from '../../port/document-source.ts'
import { type ParsedRunbook, parseRunbook } from './runbook-document.ts'

export type Library = { runbooks: Runbook[]; problems: { file: string; message: string }[] }

/** The runbooks as last read. A file that cannot be read leaves the others as they are. */
export class RunbookLibrary {
  readonly #source: DocumentSource
  readonly #approvalTimeout: string
  #parsed = new Map<string, { text: string; parsed: ParsedRunbook }>()
  #library: Library = { runbooks: [], problems: [] }
  #seen = ''
  constructor(source: DocumentSource, approvalTimeout: string) {
    this.#source = source
    this.#approvalTimeout = approvalTimeout
  }
  get current(): Library {
    return this.#library
  }
  get(id: string): Runbook | undefined {
    return this.#library.runbooks.find((runbook) => runbook.id === id)
  }
  /** True when something is different from before. Where the source fails, what was known stays, with the failure as a problem. */
  async reload(): Promise<boolean> {
    const files = await this.#source.load().catch((error: unknown) => messageOf(error))
    const library =
      typeof files === 'string'
        ? {
            runbooks: this.#library.runbooks,
            problems: [{ file: '', message: `The runbooks cannot be read: ${files}` }],
          }
        : this.#read(files)
    const seen = JSON.stringify(library)
    if (seen === this.#seen) return false
    this.#seen = seen
    this.#library = library
    return true
  }

  #read(files: readonly DocumentFile[]): Library {
    const next = new Map<string, { text: string; parsed: ParsedRunbook }>()
    const homes = new Map<string, string>()
    const library: Library = { runbooks: [], problems: [] }
    for (const { file, text, problem } of files) {
      if (problem !== undefined) {
        library.problems.push({ file, message: problem })
        continue
      }
      const before = this.#parsed.get(file)
      const parsed = before?.text === text ? before.parsed : parseRunbook(text, this.#approvalTimeout)
      next.set(file, { text, parsed })
      if ('problems' in parsed) {
        for (const message of parsed.problems) library.problems.push({ file, message })
        continue
      }
      const home = homes.get(parsed.runbook.id)
      if (home !== undefined) {
        library.problems.push({
          file,
          message: `id: ${parsed.runbook.id} is already the id of ${home}, which counts`,
        })
        continue
      }
      homes.set(parsed.runbook.id, file)
      library.runbooks.push(parsed.runbook)
    }
    this.#parsed = next
    return library
  }
}
