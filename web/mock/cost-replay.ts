import { usd } from '@aiops/contract/model/money'

const course = (name: string, bill: number, moves: number, migration: number) => ({
  ...{ name, bill_usd: usd(bill), moves, migration_usd: usd(migration), regret_usd: usd(bill - 31.2) },
})

/** A period decided again: one day of a market in which moving twice would have been best. */
export const replayed = (empty: boolean) => ({
  courses: empty
    ? []
    : [
        course('this configuration', 33.4, 1, 0.42),
        course('never move', 41.9, 0, 0),
        course('always cheapest', 36.8, 11, 4.6),
        course('origin score', 38.1, 9, 3.9),
        course('hindsight', 31.2, 2, 0.8),
      ],
  moves: empty
    ? []
    : [{ service: 'cart', at: new Date(Date.now() - 7_200_000).toISOString(), from: 'aws', to: 'alibaba' }],
  samples: empty ? 0 : 8_640,
  coverage: empty ? 0 : 0.98,
  notices: ['Decided every 30 s.'],
})
