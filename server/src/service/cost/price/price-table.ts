import type { HourlyUsd, Usd } from '@aiops/contract/model/money'
import type { Price, PriceBook, PricedResource, TransferPrice } from '@aiops/contract/model/price-book'
import { anyProvider } from './default-book.ts'

/** A price with where it is from. `asOfMs` of a measured one is when it was measured. */
export type PriceSource = { name: string; asOfMs: number; measured: boolean }
export type FoundPrice<T = HourlyUsd> = { price: T; source: PriceSource; kind: string; spot: boolean }
export type PriceAsk = {
  resource: PricedResource
  provider?: string
  region?: string
  kind?: string
  spot?: boolean
}

/** Prices of several books, the first that has one wins; within a book, the one that says most about what is asked for. */
export class PriceTable {
  readonly #books: readonly { source: PriceSource; prices: Map<PricedResource, Price[]>; book: PriceBook }[]

  constructor(books: readonly PriceBook[]) {
    this.#books = books.map((book) => ({
      book,
      source: { name: book.name, asOfMs: Date.parse(book.as_of), measured: false },
      prices: Map.groupBy(book.prices, ({ resource }) => resource),
    }))
  }

  get books(): readonly PriceBook[] {
    return this.#books.map(({ book }) => book)
  }

  /** Without a spot price the one on demand stands in: nothing is dearer than it was said to be. */
  find(ask: PriceAsk): FoundPrice | undefined {
    return this.#find(ask) ?? (ask.spot ? this.#find({ ...ask, spot: false }) : undefined)
  }

  transfer(ask: {
    provider?: string
    region?: string
    to: TransferPrice['to']
  }): FoundPrice<Usd> | undefined {
    for (const { book, source } of this.#books) {
      const fitting = book.transfer.filter(({ to }) => to === ask.to)
      const best = bestOf(fitting, (one) => placeScore(one, ask))
      if (best) return { price: best.gib_usd, source, kind: '', spot: false }
    }
    return undefined
  }

  #find(ask: PriceAsk): FoundPrice | undefined {
    for (const { prices, source } of this.#books) {
      const best = bestOf(prices.get(ask.resource) ?? [], (price) => scoreOf(price, ask))
      if (best) return { price: best.hourly_usd, source, kind: best.kind, spot: best.spot }
    }
    return undefined
  }
}

/** The first of the highest score; a negative one fits not at all. */
function bestOf<T>(all: readonly T[], score: (one: T) => number): T | undefined {
  let best: T | undefined
  let bestScore = -1
  for (const one of all) {
    const its = score(one)
    if (its > bestScore) [best, bestScore] = [one, its]
  }
  return best
}

function scoreOf(price: Price, ask: PriceAsk): number {
  if (price.spot !== (ask.spot ?? false)) return -1
  const place = placeScore(price, ask)
  if (place < 0) return -1
  if (price.kind === '') return ask.resource === 'INSTANCE' ? -1 : place
  return price.kind === ask.kind ? place + 4 : -1
}

function placeScore(
  price: { provider: string; region: string },
  ask: { provider?: string; region?: string },
): number {
  const byProvider = price.provider === anyProvider ? 0 : price.provider === ask.provider ? 2 : -1
  const byRegion = price.region === '' ? 0 : price.region === ask.region ? 1 : -1
  return byProvider < 0 || byRegion < 0 ? -1 : byProvider + byRegion
}
