import { hourly, usd } from '@aiops/contract/model/money'
import type { Price, PriceBook, PricedResource } from '@aiops/contract/model/price-book'

/** Provider of prices that hold wherever no other price does. */
export const anyProvider = 'any'

const price = (resource: PricedResource, rate: number, spot = false): Price => ({
  ...{ provider: anyProvider, region: '', resource, kind: '', spot, hourly_usd: hourly(rate) },
})

/**
 * The list prices that OpenCost falls back to: what Google asked in us-central1 when they were written down. The file has not changed
 * since, so that is as of when they are; whoever reads them sees that they are old.
 */
export const defaultBook: PriceBook = {
  name: 'opencost-default',
  provenance:
    'https://github.com/opencost/opencost/blob/develop/configs/default.json: list prices of GCP us-central1, last changed 2020-02-12. List prices, not yours.',
  as_of: '2020-02-12T00:00:00.000Z',
  prices: [
    price('CPU_CORE', 0.031611),
    price('CPU_CORE', 0.006655, true),
    price('RAM_GIB', 0.004237),
    price('RAM_GIB', 0.000892, true),
    price('GPU', 0.95),
    price('STORAGE_GIB', 0.00005479452),
  ],
  transfer: [
    { provider: anyProvider, region: '', to: 'ZONE', gib_usd: usd(0.01) },
    { provider: anyProvider, region: '', to: 'REGION', gib_usd: usd(0.01) },
    { provider: anyProvider, region: '', to: 'INTERNET', gib_usd: usd(0.12) },
  ],
}
