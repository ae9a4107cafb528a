/** What ran and what it cost in the stand-in, by step; prices and units beside it. */
import type { Allocation } from '@aiops/contract/model/allocation'
import { hourly, usd } from '@aiops/contract/model/money'
import { durationMs } from '@aiops/contract/model/time'
import { costWorld, iso, mockServices } from './cost-made.ts'
import type { Input } from './refusal.ts'

const names: Record<string, readonly string[]> = {
  namespace: ['shop', 'ml', 'platform', 'batch'],
  team: ['storefront', 'data', 'platform', '__unallocated__'],
  environment: ['production', 'staging'],
  cluster: ['swen-aws', 'swen-alibaba'],
  node: ['node-a1', 'node-a2', 'node-b1', 'gpu-b2'],
}

export function allocations({ query }: Input) {
  const by = query.aggregate?.[0] ?? 'namespace'
  const length = durationMs(query.duration?.[0] ?? '24h')
  const step = durationMs(query.step?.[0] ?? '1h')
  const end = Math.floor(Date.now() / step) * step
  const spread = query.share_idle?.[0] === 'true'
  const groups = (names[by] ?? mockServices.map(({ service }) => service)).slice()
  const priced = costWorld !== 'unpriced'
  const rateOf = (i: number, at: number): number =>
    priced ? (2.6 / (i + 1.4)) * (1 + 0.25 * Math.sin(at / 2.1e7 + i)) : 0
  const steps = Array.from({ length: Math.round(length / step) }, (_, k) => {
    const start = end - length + k * step
    const hours = step / 3_600_000
    // For two hours nobody told of the second group: a gap, no zero.
    const known = groups.flatMap((name, i) => (i === 1 && k % 17 === 9 ? [] : [[name, i] as const]))
    const some = known.map(([name, i]) => [name, usd(rateOf(i, start) * hours * (spread ? 1.22 : 1))])
    const rest =
      spread || !priced
        ? []
        : [
            ['__idle__', usd(0.9 * hours)],
            ['__shared__', usd(0.18 * hours)],
          ]
    return { start: iso(start), end: iso(start + step), by_name: Object.fromEntries([...some, ...rest]) }
  })
  const all = [...groups, ...(spread || !priced ? [] : ['__idle__', '__shared__'])]
  const rows = all.map((name, i) => {
    const total = steps.reduce((sum, { by_name }) => sum + (by_name[name] ?? 0), 0)
    return rowOf(name, total, i, end - length, end, spread)
  })
  return {
    allocations: rows,
    total_usd: usd(rows.reduce((sum, { total_usd }) => sum + total_usd, 0)),
    steps: priced ? steps : [],
    sources: [
      { name: 'kubernetes swen-aws', as_of: iso(Date.now() - 20_000), stale: false },
      {
        name: 'prometheus swen-alibaba',
        as_of: costWorld === 'stale' ? iso(Date.now() - 9_200_000) : iso(Date.now() - 31_000),
        stale: costWorld === 'stale',
      },
    ],
    notices: priced
      ? ['Network of swen-alibaba is not known: no source tells of it.']
      : ['There is no price for CPU, memory and storage: put a price book or connect a provider.'],
  }
}

function rowOf(
  name: string,
  total: number,
  i: number,
  from: number,
  to: number,
  spread: boolean,
): Allocation {
  const idle = name === '__idle__'
  const part = (share: number) => (costWorld === 'unpriced' ? null : usd(total * share))
  return {
    ...{ name, properties: {}, start: iso(from), end: iso(to), minutes: (to - from) / 60_000 },
    ...{
      cpu_core_hours: 96 / (i + 1),
      cpu_core_request_average: 4 / (i + 1),
      cpu_core_usage_average: 1.6 / (i + 1),
    },
    cpu_usd: part(idle ? 0.7 : 0.48),
    ...{ gpu_hours: i === 1 ? 24 : null, gpu_usd: i === 1 ? part(0.2) : null },
    ...{ ram_byte_hours: 3e11, ram_byte_request_average: 8e9, ram_byte_usage_average: 5e9 },
    ram_usd: part(idle ? 0.3 : 0.22),
    ...{ storage_usd: idle ? null : part(0.1), network_usd: i === 0 ? part(0.08) : null },
    ...{ load_balancer_usd: null, shared_usd: name === '__shared__' ? usd(total) : null },
    idle_usd: idle ? usd(total) : spread ? part(0.18) : null,
    total_usd: usd(total),
    efficiency: idle || name === '__shared__' || i === 3 ? null : Math.max(0.08, 0.72 - i * 0.19),
    missing: i === 0 || idle ? [] : ['network'],
  }
}

export const units = () => ({
  units:
    costWorld === 'unpriced'
      ? []
      : mockServices.slice(0, 2).map(({ service, places }, i) => ({
          ...{ service, usd: usd((places[0]?.cost ?? 0) * 24), requests: 1_240_000 / (i + 1) },
          thousand_requests_usd: usd(((places[0]?.cost ?? 0) * 24_000 * (i + 1)) / 1_240_000),
          source: 'http.server.request.duration:rate',
        })),
  notices: ['recommender has no requests: no unit cost.'],
})

export const prices = (empty: boolean) => ({
  books:
    empty || costWorld === 'unpriced'
      ? []
      : [
          book(
            'aws-on-demand',
            'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2',
            3,
            false,
          ),
          book('alibaba-list', 'price-books/alibaba.yaml', 64, true),
        ],
  stale_after_days: 30,
})

const book = (name: string, provenance: string, days: number, stale: boolean) => ({
  ...{ name, provenance, as_of: iso(Date.now() - days * 86_400_000), age_days: days, stale, transfer: [] },
  prices: (['CPU_CORE', 'RAM_GIB', 'GPU', 'STORAGE_GIB'] as const).map((resource, i) => ({
    ...{ provider: name.split('-')[0] ?? '', region: i === 0 ? 'us-east-1' : '', resource },
    ...{ kind: resource === 'GPU' ? 'A10' : '', spot: false },
    hourly_usd: hourly([0.031611, 0.004237, 0.95, 0.00005479452][i] ?? 0),
  })),
})
