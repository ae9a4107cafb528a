import { Price, PricedResource } from '@aiops/contract/model/price-book'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { amountText, hourlyText } from '../money-text.ts'
import { tool } from './tool.ts'

/** A price of no provider in particular. */
const anyProvider = 'any'
/** Price books that are told one by one. */
const booksMax = 50

const BookLine = z.object({
  ...{ name: z.string(), provenance: z.string(), as_of: Time, age_days: z.number(), stale: z.boolean() },
  ...{ prices: z.number().int(), transfer_prices: z.number().int(), providers: z.array(z.string()) },
})

/** Which price books are in use, and single prices of them. */
export const listPriceSources = tool({
  name: 'list_price_sources',
  title: 'Prices',
  description:
    'The price books in use: where each comes from, as of when, how old it is in days and whether it is too old to decide by; and single prices, hourly, where provider, resource or kind is given (resources: CPU_CORE, RAM_GIB, GPU, STORAGE_GIB, INSTANCE, LOAD_BALANCER, CLUSTER_MANAGEMENT).',
  input: z.object({
    provider: z.string().max(64).optional(),
    resource: PricedResource.optional(),
    kind: z.string().max(128).optional().describe('Of an instance, GPU or storage class.'),
    limit: z.number().int().min(1).max(100).default(20),
  }),
  output: z.object({
    books: z.array(BookLine),
    prices: z.array(Price.extend({ book: z.string(), as_of: Time })),
    prices_total: z.number().int(),
    stale_after_days: z.number(),
  }),
  permission: 'cost:read',
  effect: 'READ',
  async run(client, { provider, resource, kind, limit }) {
    const { books, stale_after_days } = await client.listPriceBooks()
    const isAsked = provider !== undefined || resource !== undefined || kind !== undefined
    const prices = !isAsked
      ? []
      : books.flatMap(({ name, as_of, prices: own }) =>
          own
            .filter(
              (price) =>
                (provider === undefined || price.provider === provider || price.provider === anyProvider) &&
                (resource === undefined || price.resource === resource) &&
                (kind === undefined || price.kind.toLowerCase().includes(kind.toLowerCase())),
            )
            .map((price) => ({ ...price, book: name, as_of })),
        )
    return {
      books: books.slice(0, booksMax).map(({ prices: own, transfer, ...book }) => ({
        ...book,
        ...{ prices: own.length, transfer_prices: transfer.length },
        providers: [...new Set(own.map((price) => price.provider))].sort().slice(0, 50),
      })),
      ...{ prices: prices.slice(0, limit), prices_total: prices.length, stale_after_days },
    }
  },
  evidence: ({ books, prices, stale_after_days }) => [
    ...books.map(({ name, provenance, as_of, age_days, stale, prices: count, providers }) => ({
      ...{ type: 'COST' as const, query: 'price books', source: name, time: as_of, entity: name },
      sentence: `Price book ${name} as of ${as_of}, ${amountText(age_days)} days old${stale ? `, older than the ${stale_after_days} days by which is decided` : ''}: ${provenance}`,
      fields: {
        ...{ about: 'PRICE_BOOK', name, provenance, as_of, age_days, stale, stale_after_days },
        ...{ prices: count, providers: providers.join(', ') },
      },
      ...{ trust: 'OPERATOR' as const, link: '/cost?tab=analysis' },
    })),
    ...prices.map(({ provider, region, resource, kind, spot, hourly_usd, book, as_of }) => ({
      ...{ type: 'COST' as const, query: 'prices', source: book, time: as_of, entity: provider },
      sentence: `${resource}${kind ? ` ${kind}` : ''} at ${provider}${region ? ` in ${region}` : ''}${spot ? ', spot' : ''}: ${hourlyText(hourly_usd)} in ${book}.`,
      fields: { about: 'PRICE', provider, region, resource, kind, spot, hourly_usd, book },
      ...{ trust: 'OPERATOR' as const, link: '/cost?tab=analysis' },
    })),
  ],
  sentence: ({ books, prices_total }, { provider, resource, kind }) =>
    `Looked at price books: ${books.length}${provider || resource || kind ? `, ${prices_total} prices that fit` : ''}.`,
})
