import type { PriceBook } from '@aiops/contract/model/price-book'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import { createRepeated, type Repeated } from '../../../kernel/repeated.ts'
import type { CostRepository } from '../../../port/cost-repository.ts'
import type { DocumentSource } from '../../../port/document-source.ts'
import type { CostConfig } from '../config.ts'
import { defaultBook } from './default-book.ts'
import { type BookDocument, type BookProblem, readPriceDocuments } from './price-document.ts'
import { PriceTable } from './price-table.ts'

type Deps = {
  clock: Clock
  log: Log
  repository: Pick<CostRepository, 'saveBook' | 'books'>
  source: DocumentSource
}
export type ShownBook = PriceBook & { age_days: number; stale: boolean }

const dayMs = 86_400_000
/** Versions of all books of one tenant. */
const versionsMax = 10_000

/** Price books of all tenants: those of the folder, those put by the API with every version, and the shipped one last. */
export class PriceShelf {
  readonly #deps: Deps
  readonly #config: CostConfig['prices']
  readonly #staleMs: number
  readonly #reload: Repeated
  #documents: BookDocument[] = []
  #problems: BookProblem[] = []
  readonly #stored = new Map<TenantId, PriceBook[]>()

  constructor(deps: Deps, config: CostConfig['prices']) {
    this.#deps = deps
    this.#config = config
    this.#staleMs = durationMs(config.stale_after)
    this.#reload = createRepeated(
      deps.clock,
      durationMs(config.reload_interval),
      () => this.#load(),
      (error) => deps.log.warn({ problem: messageOf(error) }, 'price books could not be read'),
    )
  }

  get staleAfterDays(): number {
    return this.#staleMs / dayMs
  }
  get problems(): readonly BookProblem[] {
    return this.#problems
  }

  async start(): Promise<void> {
    await this.#load()
    await this.#reload.start()
  }
  stop(): Promise<void> {
    return this.#reload.stop()
  }

  async put(tenant: TenantId, book: PriceBook): Promise<PriceBook> {
    if (Date.parse(book.as_of) > this.#deps.clock.now() + dayMs)
      throw new Fault('VALIDATION_FAILED', 'as_of lies in the future: say when these prices held.')
    if ((await this.#versions(tenant)).length >= versionsMax)
      throw new Fault('VALIDATION_FAILED', `There are ${versionsMax} versions of price books already.`)
    await this.#deps.repository.saveBook(tenant, book)
    this.#stored.delete(tenant)
    return book
  }

  isStale(asOfMs: number): boolean {
    return this.#deps.clock.now() - asOfMs > this.#staleMs
  }

  /** In the order in which they are asked. */
  async shown(tenant: TenantId): Promise<ShownBook[]> {
    const nowMs = this.#deps.clock.now()
    const { books } = await this.table(tenant, nowMs)
    return books.map((book) => {
      const asOfMs = Date.parse(book.as_of)
      return { ...book, age_days: Math.max(0, nowMs - asOfMs) / dayMs, stale: this.isStale(asOfMs) }
    })
  }

  /** Prices as they held then: of each book the newest version that was not after it, or its first. Own books before the shipped one, newer before older. */
  async table(tenant: TenantId, atMs: number): Promise<PriceTable> {
    const byName = Map.groupBy(await this.#versions(tenant), ({ name }) => name)
    const own = [...byName.values()].map((versions) => {
      const sorted = versions.toSorted((a, b) => Date.parse(b.as_of) - Date.parse(a.as_of))
      return sorted.find(({ as_of }) => Date.parse(as_of) <= atMs) ?? sorted.at(-1)!
    })
    own.sort((a, b) => Date.parse(b.as_of) - Date.parse(a.as_of) || (a.name < b.name ? -1 : 1))
    return new PriceTable(this.#config.defaults ? [...own, defaultBook] : own)
  }

  /** Moments at which a table becomes another one, ascending. */
  async changes(tenant: TenantId): Promise<number[]> {
    const times = (await this.#versions(tenant)).map(({ as_of }) => Date.parse(as_of))
    return [...new Set(times)].sort((a, b) => a - b)
  }

  async #versions(tenant: TenantId): Promise<PriceBook[]> {
    let stored = this.#stored.get(tenant)
    if (!stored) {
      stored = await this.#deps.repository.books(tenant)
      this.#stored.set(tenant, stored)
    }
    const ofFiles = this.#documents.filter((one) => one.tenant === undefined || one.tenant === tenant)
    return [...ofFiles.map(({ book }) => book), ...stored]
  }

  async #load(): Promise<void> {
    const { documents, problems } = readPriceDocuments(await this.#deps.source.load())
    this.#documents = documents
    if (JSON.stringify(problems) !== JSON.stringify(this.#problems) && problems.length > 0)
      this.#deps.log.warn({ problems }, 'price books cannot be used')
    this.#problems = problems
  }
}
