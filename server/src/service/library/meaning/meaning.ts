import { createHash } from 'node:crypto'
import type { KnowledgeDocument } from '@aiops/contract/model/knowledge'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { messageOf } from '../../../kernel/fault.ts'
import { redact } from '../../../kernel/redaction.ts'
import { createRepeated, type Repeated } from '../../../kernel/repeated.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { Embedder } from '../../../port/embedder.ts'
import type { LibraryConfig } from '../config.ts'
import type { LibraryDeps } from '../index.ts'
import { passagesOf } from '../search/passage.ts'
import { type Nearest, VectorShelf } from './vector-shelf.ts'

export type Meant = { found: Nearest[] | null; note?: string }

type Deps = Pick<LibraryDeps, 'clock' | 'log' | 'metrics' | 'records' | 'mayEmbed' | 'audit' | 'tenants'> & {
  embedder: Embedder
  load(tenant: TenantId, id: string): Promise<KnowledgeDocument | undefined>
}

/** Of one document; what comes after is found by its words. */
const passagesMax = 64
/** Between two looks for what is to be embedded, and longest rest after failures. */
const [periodMs, restMaxMs] = [5_000, 300_000]
const [pageMax, questionsMax, atOnceMax] = [200, 500, 8]

/**
 * Search by meaning: vectors of all passages, made in the background, kept in the records, compared exactly. Only where the tenant's policy
 * lets the embedder read its texts; what leaves this network has its secrets taken out, and is in the audit log by hash.
 */
export class Meaning {
  readonly #deps: Deps
  readonly #config: LibraryConfig['embedder']
  readonly #shelves = new Map<TenantId, VectorShelf>()
  readonly #hashes = new Map<string, string>()
  /** What has changed since it was embedded: at most every document there is. */
  readonly #pending = new Map<string, { tenant: TenantId; id: string }>()
  /** Vectors of questions, the least recently asked first. */
  readonly #questions = new Map<string, Float32Array>()
  readonly #worker: Repeated
  readonly #stopping = new AbortController()
  readonly #calls
  #asking = 0
  #failures = 0
  #restsUntilMs = 0

  constructor(deps: Deps, config: LibraryConfig['embedder']) {
    this.#deps = deps
    this.#config = config
    this.#calls = deps.metrics.counter('aiops_embedder_calls_total', 'Requests to the embedder by outcome.', [
      'outcome',
    ])
    this.#worker = createRepeated(...([deps.clock, periodMs, () => this.#work()] as const), (error) =>
      deps.log.warn({ error: messageOf(error) }, 'documents could not be embedded'),
    )
  }

  get model(): string {
    return this.#deps.embedder.model
  }
  /** With vectors. */
  documents(tenant: TenantId): number {
    return this.#shelves.get(tenant)?.documents ?? 0
  }

  /** Takes over what is in the records of documents that still exist. */
  async load(tenant: TenantId, exists: (id: string) => boolean, turn: Turn): Promise<void> {
    if (!this.#deps.mayEmbed(tenant)) return
    const { documents } = this.#deps.records
    for (let after = ''; ; ) {
      const page = await documents.listVectors(tenant, after, pageMax)
      for (const { documentId, model, hash, vectors } of page) {
        if (!exists(documentId)) await documents.deleteVectors(tenant, documentId)
        else if (model === this.model && this.#shelf(tenant).put(documentId, vectors))
          this.#hashes.set(keyOf(tenant, documentId), hash)
        if (turn.due()) await turn.give()
      }
      if (page.length < pageMax) return
      after = page.at(-1)?.documentId ?? ''
    }
  }

  async start(): Promise<void> {
    await this.#worker.start()
  }
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#worker.stop()
  }
  /** Embeds now what waits; what the schedule does. */
  work(): Promise<void> {
    return this.#work()
  }

  changed(tenant: TenantId, id: string): void {
    if (this.#deps.mayEmbed(tenant)) this.#pending.set(keyOf(tenant, id), { tenant, id })
  }
  async removed(tenant: TenantId, id: string): Promise<void> {
    this.#pending.delete(keyOf(tenant, id))
    if (!this.#hashes.delete(keyOf(tenant, id))) return
    this.#shelves.get(tenant)?.remove(id)
    await this.#deps.records.documents.deleteVectors(tenant, id)
  }

  /** The documents whose passages are nearest to a question; null, with why, where meaning takes no part. */
  async search(
    tenant: TenantId,
    question: string,
    limit: number,
    accepts: (id: string) => boolean,
  ): Promise<Meant> {
    const { clock, mayEmbed } = this.#deps
    if (!mayEmbed(tenant))
      return { found: null, note: 'The policy does not let the embedder be asked; searched by words alone.' }
    if (this.#asking >= atOnceMax || clock.now() < this.#restsUntilMs)
      return { found: null, note: 'The embedder rests or is busy; searched by words alone.' }
    this.#asking += 1
    try {
      const key = `${tenant} ${question}`
      const vector =
        this.#questions.get(key) ?? (await this.#ask(tenant, [question], this.#config.question_timeout))[0]
      if (!vector) return { found: [] }
      this.#questions.delete(key)
      this.#questions.set(key, vector)
      const [oldest] = this.#questions.keys()
      if (this.#questions.size > questionsMax && oldest !== undefined) this.#questions.delete(oldest)
      return { found: await this.#shelf(tenant).nearest(vector, limit, accepts, new Turn(clock)) }
    } catch {
      return { found: null, note: 'The embedder did not answer; searched by words alone.' }
    } finally {
      this.#asking -= 1
    }
  }

  #shelf(tenant: TenantId): VectorShelf {
    const shelf = this.#shelves.get(tenant) ?? new VectorShelf()
    this.#shelves.set(tenant, shelf)
    return shelf
  }

  async #work(): Promise<void> {
    if (this.#deps.clock.now() < this.#restsUntilMs) return
    for (const [key, { tenant, id }] of [...this.#pending]) {
      if (this.#stopping.signal.aborted) return
      if (!(await this.#embed(key, tenant, id))) return
      this.#pending.delete(key)
    }
  }

  /** False where the embedder failed: it is tried again. */
  async #embed(key: string, tenant: TenantId, id: string): Promise<boolean> {
    const { load, records, embedder } = this.#deps
    const document = await load(tenant, id)
    if (!document) return true
    const passages = passagesOf(document.text).slice(0, passagesMax)
    const texts = passages.map(({ heading, from, to }) =>
      [document.title, heading, document.text.slice(from, to)].filter((one) => one !== '').join('\n'),
    )
    const hash = sha256([embedder.model, ...texts])
    if (this.#hashes.get(key) === hash) return true
    const shelf = this.#shelf(tenant)
    if (shelf.size + texts.length > this.#config.vectors_max) return true
    const vectors: Float32Array[] = []
    try {
      for (let at = 0; at < texts.length; at += this.#config.batch)
        vectors.push(
          ...(await this.#ask(tenant, texts.slice(at, at + this.#config.batch), this.#config.timeout)),
        )
    } catch {
      return false
    }
    if (!shelf.put(id, vectors)) return true
    this.#hashes.set(key, hash)
    await records.documents.saveVectors(tenant, { documentId: id, model: embedder.model, hash, vectors })
    return true
  }

  async #ask(tenant: TenantId, texts: readonly string[], timeout: string): Promise<Float32Array[]> {
    const { embedder, clock, audit, log } = this.#deps
    const sent = embedder.local ? texts : texts.map((text) => redact(text).text)
    const abort = new AbortController()
    const cancel = clock.after(durationMs(timeout), () =>
      abort.abort(new Error('the embedder took too long')),
    )
    const outcome = async (said: 'DONE' | 'FAILED'): Promise<void> => {
      this.#calls.inc({ outcome: said.toLowerCase() })
      if (!embedder.local)
        await audit({
          tenant,
          model: embedder.model,
          texts: sent.length,
          sha256: sha256(sent),
          outcome: said,
        })
    }
    try {
      const vectors = await embedder.embed(sent, AbortSignal.any([abort.signal, this.#stopping.signal]))
      if (
        vectors.length !== sent.length ||
        vectors.some((one) => one.some((value) => !Number.isFinite(value)))
      )
        throw new Error(`${embedder.model} answered no vectors.`)
      this.#failures = 0
      await outcome('DONE')
      return vectors
    } catch (error) {
      this.#failures += 1
      this.#restsUntilMs = clock.now() + Math.min(restMaxMs, periodMs * 2 ** Math.min(this.#failures, 10))
      // Once until it answers again: what it says may quote its server.
      if (this.#failures === 1)
        log.warn({ error: messageOf(error).slice(0, 300) }, 'the embedder failed and rests')
      await outcome('FAILED')
      throw error
    } finally {
      cancel()
    }
  }
}

const keyOf = (tenant: TenantId, id: string): string => `${tenant} ${id}`

const sha256 = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')
