import type { Clock } from '../../../../kernel/clock.ts'
import { messageOf } from '../../../../kernel/fault.ts'
import type { Log } from '../../../../kernel/log.ts'
import type { DocumentSource } from '../../../../port/document-source.ts'
import { builtInMapping, builtInMappings } from './built-in.ts'
import { type Mapping, parseMapping } from './mapping-document.ts'

type Problem = { file: string; message: string }
type Document = { text: string; mapping: Mapping }

/**
 * Mappings by id: those that come with the program, and people's documents, which may replace them. A document with a problem leaves
 * its own last good state in force. Read at start and again every `reloadMs`.
 */
export class MappingLibrary {
  readonly #deps: { source: DocumentSource; clock: Clock; log: Log }
  readonly #reloadMs: number
  #documents = new Map<string, Document>()
  /** People's own. */
  #own = new Map<string, Mapping & { file: string }>()
  #joined: Map<string, Mapping & { file: string }> | undefined
  #running: Promise<void> | undefined
  #cancel: (() => void) | undefined
  #told = ''
  problems: readonly Problem[] = []

  constructor(deps: { source: DocumentSource; clock: Clock; log: Log }, reloadMs: number) {
    this.#deps = deps
    this.#reloadMs = reloadMs
  }

  get(id: string): Mapping | undefined {
    return this.#own.get(id) ?? builtInMapping(id)
  }
  /** `file` is empty for those that come with the program. */
  get all(): (Mapping & { file: string })[] {
    return [...this.#whole().values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }
  /** The mapping by which a CloudEvent of this type is an alert; people's own come first. */
  forCloudEvent(type: string): Mapping | undefined {
    const all = [...this.#whole().values()]
    const fits = ({ cloudEventTypes }: Mapping) => cloudEventTypes.some((glob) => fitsGlob(glob, type))
    return all.find((mapping) => mapping.file !== '' && fits(mapping)) ?? all.find(fits)
  }

  async start(): Promise<void> {
    await this.reload()
    this.#cancel = this.#deps.clock.every(this.#reloadMs, () => {
      this.#running ??= this.reload().finally(() => {
        this.#running = undefined
      })
    })
  }

  async stop(): Promise<void> {
    this.#cancel?.()
    await this.#running
  }

  async reload(): Promise<void> {
    const problems: Problem[] = []
    try {
      const next = new Map<string, Document>()
      for (const { file, text, problem } of await this.#deps.source.load()) {
        const before = this.#documents.get(file)
        if (before?.text === text && problem === undefined) {
          next.set(file, before)
          continue
        }
        const parsed = problem === undefined ? parseMapping(text) : { problems: [problem] }
        if ('mapping' in parsed) next.set(file, { text, mapping: parsed.mapping })
        else {
          problems.push(...parsed.problems.map((message) => ({ file, message })))
          if (before) next.set(file, before)
        }
      }
      this.#documents = next
      this.#index(problems)
    } catch (error) {
      problems.push({ file: '', message: `The mappings cannot be read: ${messageOf(error)}` })
    }
    this.problems = problems
    this.#tell()
  }

  #index(problems: Problem[]): void {
    this.#own = new Map()
    this.#joined = undefined
    for (const [file, { mapping }] of this.#documents) {
      const known = this.#own.get(mapping.id)
      if (known)
        problems.push({ file, message: `id: ${mapping.id} is already the id of ${known.file}, which counts` })
      else this.#own.set(mapping.id, { ...mapping, file })
    }
  }

  /** With those that come with the program, of which people's own replace some. */
  #whole(): Map<string, Mapping & { file: string }> {
    if (this.#joined) return this.#joined
    const builtIn = builtInMappings().map((mapping) => [mapping.id, { ...mapping, file: '' }] as const)
    this.#joined = new Map([...builtIn, ...this.#own])
    return this.#joined
  }

  #tell(): void {
    const told = JSON.stringify(this.problems)
    if (told === this.#told) return
    this.#told = told
    for (const { file, message } of this.problems)
      this.#deps.log.warn(
        { file, reason: message },
        'an alert mapping cannot be used; its last good state stays',
      )
  }
}

/** Linear: each part between stars is looked for once, from where the last one ended. */
function fitsGlob(glob: string, text: string): boolean {
  const parts = glob.split('*')
  const [first = '', last = ''] = [parts[0], parts.at(-1)]
  if (parts.length === 1) return glob === text
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > text.length - last.length) return false
    at = found + part.length
  }
  return true
}
