import type { KnowledgeDocument, KnowledgeKind, KnowledgeSummary } from '@aiops/contract/model/knowledge'
import type { TenantId } from '@aiops/contract/model/tenant'
import { SerialExecutor } from '../../kernel/queue.ts'
import type { Turn } from '../../kernel/turn.ts'
import type { ReadDocument } from './document/front-matter.ts'
import type { DocumentFilter } from './index.ts'
import { FieldIndex, type FieldTerms } from './search/field-index.ts'
import { headingsOf } from './search/passage.ts'
import { tokensOf } from './search/token.ts'

/** Where a document's text is: in memory, made when it is asked for, or in the records (null). */
type TextPlace = string | (() => string) | null
type Entry = { summary: KnowledgeSummary; text: TextPlace }

/** Tasks that may wait for a shelf, each a write or a page of loading. */
const tasksMax = 2_000
/** What is read as words at once: a few milliseconds. */
const pieceLength = 32_768

/** The documents of one tenant and the index over them. All that changes them goes through `serial`, one after the other. */
export class Shelf {
  readonly tenant: TenantId
  readonly index = new FieldIndex()
  readonly serial: SerialExecutor
  /** What was made of each file's text: one that has not changed is not read again. */
  read = new Map<string, { text: string; read: ReadDocument }>()
  /** By file: what is wrong with it. */
  problems: { file: string; message: string }[] = []
  readonly #entries = new Map<string, Entry>()
  /** Of all but past incidents, which have a bound of their own. */
  #bytes = 0
  #incidents = 0

  readonly #turn: Turn

  constructor(tenant: TenantId, turn: Turn) {
    this.tenant = tenant
    this.#turn = turn
    this.serial = new SerialExecutor(`documents of ${tenant}`, tasksMax)
  }

  get size(): number {
    return this.#entries.size
  }
  /** What counts against the bounds. */
  get held(): { documents: number; bytes: number } {
    return { documents: this.#entries.size - this.#incidents, bytes: this.#bytes }
  }
  get(id: string): Entry | undefined {
    return this.#entries.get(id)
  }
  ids(): IterableIterator<string> {
    return this.#entries.keys()
  }

  /** Adds or replaces. Within `serial`, giving way after each few milliseconds, one document after the other. */
  async put(document: KnowledgeDocument, text: TextPlace): Promise<void> {
    const terms = await termsOf(document, this.#turn)
    this.#forget(document.id)
    const { text: _, ...summary } = document
    this.#entries.set(document.id, { summary, text })
    if (summary.kind === 'INCIDENT') this.#incidents += 1
    else this.#bytes += summary.size_bytes
    this.index.put(document.id, terms)
    if (this.#turn.due()) await this.#turn.give()
  }

  /** Within `serial`. */
  remove(id: string): boolean {
    if (!this.#forget(id)) return false
    this.index.remove(id)
    return true
  }

  #forget(id: string): boolean {
    const entry = this.#entries.get(id)
    if (!entry) return false
    this.#entries.delete(id)
    if (entry.summary.kind === 'INCIDENT') this.#incidents -= 1
    else this.#bytes -= entry.summary.size_bytes
    return true
  }

  accepts({ kinds, entity }: { kinds: readonly KnowledgeKind[]; entity?: string | undefined }) {
    const any = kinds.length === 0 && entity === undefined
    return (id: string): boolean => {
      if (any) return true
      const summary = this.#entries.get(id)?.summary
      if (!summary || (kinds.length > 0 && !kinds.includes(summary.kind))) return false
      return entity === undefined || summary.entities.includes(entity)
    }
  }

  list({ kinds, origins, entity, tag, text }: DocumentFilter): KnowledgeSummary[] {
    const part = text?.toLowerCase() ?? ''
    const accepts = this.accepts({ kinds, entity })
    return [...this.#entries.values()]
      .map(({ summary }) => summary)
      .filter(({ id, origin, tags }) => {
        if (origins.length > 0 && !origins.includes(origin)) return false
        return (tag === undefined || tags.includes(tag)) && accepts(id)
      })
      .filter(
        ({ title, tags }) => part === '' || [title, ...tags].some((one) => one.toLowerCase().includes(part)),
      )
      .sort((a, b) =>
        a.updated_at < b.updated_at ? 1 : a.updated_at > b.updated_at ? -1 : a.id < b.id ? -1 : 1,
      )
  }

  counts(): Record<KnowledgeKind, number> {
    const counts = { RUNBOOK: 0, POST_MORTEM: 0, DOCUMENT: 0, INCIDENT: 0 }
    for (const { summary } of this.#entries.values()) counts[summary.kind] += 1
    return counts
  }
}

/** The words of a document by field; a long text is read piece by piece. */
async function termsOf(document: KnowledgeDocument, turn: Turn): Promise<FieldTerms> {
  const words = (texts: readonly string[]): string[] =>
    texts.flatMap((one) => tokensOf(one).map(({ term }) => term))
  const text: string[] = []
  for (let at = 0; at < document.text.length; ) {
    const end = pieceEnd(document.text, at)
    for (const { term } of tokensOf(document.text.slice(at, end))) text.push(term)
    at = end
    if (turn.due()) await turn.give()
  }
  return {
    title: words([document.title]),
    headings: words(headingsOf(document.text)),
    tags: words(document.tags),
    entities: words(document.entities),
    text,
  }
}

/** At the end of a line, where there is one. */
function pieceEnd(text: string, from: number): number {
  if (text.length - from <= pieceLength) return text.length
  const line = text.lastIndexOf('\n', from + pieceLength)
  return line > from ? line + 1 : from + pieceLength
}
