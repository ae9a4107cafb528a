import type { Labels } from '@aiops/contract/model/label'
import type { PriceBook } from '@aiops/contract/model/price-book'
import { ManualClock } from '../../../kernel/clock.ts'
import { CostConfig } from '../config.ts'
import type { CostPoints, CostSample } from '../index.ts'
import { PriceTable } from '../price/price-table.ts'
import { type ComputeDeps, compute } from './compute.ts'
import type { Tally } from './tally.ts'

/** A number at every minute; undefined where there is none. */
export type Course = (minute: number) => number | undefined
/** What a question answers with: series by the word that is in it. */
export type Answers = Record<string, { labels: Labels; at: Course }[]>

export const minuteMs = 60_000
export const worldStartMs = Date.UTC(2026, 10, 1)

/** Answers of a store, by which of the names is in the question. */
export function storeOf(answers: Answers): Pick<ComputeDeps, 'query' | 'queryRange'> {
  const found = (promql: string) =>
    Object.entries(answers).flatMap(([name, series]) => (promql.includes(name) ? series : []))
  const minuteOf = (timeMs: number): number => Math.round((timeMs - worldStartMs) / minuteMs)
  return {
    async query(_tenant, promql, timeMs): Promise<CostSample[]> {
      return found(promql).flatMap(({ labels, at }) => {
        const value = at(minuteOf(timeMs)) ?? at(1)
        return value === undefined ? [] : [{ labels, value }]
      })
    },
    async queryRange(_tenant, promql, startMs, endMs, stepMs): Promise<CostPoints[]> {
      return found(promql).flatMap(({ labels, at }) => {
        const timesMs: number[] = []
        const values: number[] = []
        for (let time = startMs; time <= endMs; time += stepMs) {
          const value = at(minuteOf(time))
          if (value === undefined) continue
          timesMs.push(time)
          values.push(value)
        }
        return timesMs.length === 0 ? [] : [{ labels, timesMs, values }]
      })
    },
  }
}

export type Asked = Partial<{
  fromMinute: number
  toMinute: number
  stepMinutes: number
  aggregate: string[]
  includeIdle: boolean
  shareIdle: boolean
  idleByNode: boolean
  sharedNamespaces: string[]
  config: Record<string, unknown>
}>

/** Costs of minutes of a world by its prices. */
export async function costsOf(answers: Answers, books: readonly PriceBook[], asked: Asked = {}) {
  const { fromMinute = 0, toMinute = 60 } = asked
  const startMs = worldStartMs + fromMinute * minuteMs
  const endMs = worldStartMs + toMinute * minuteMs
  return compute(
    {
      ...storeOf(answers),
      clock: new ManualClock(endMs + minuteMs),
      prices: { table: async () => new PriceTable(books), changes: async () => [], isStale: () => false },
    },
    CostConfig.parse(asked.config ?? {}),
    'default',
    {
      grid: {
        ...{ startMs, endMs, resolutionMs: minuteMs },
        stepMs: (asked.stepMinutes ?? toMinute - fromMinute) * minuteMs,
      },
      ...{ aggregate: asked.aggregate ?? ['namespace'], includeIdle: asked.includeIdle ?? true },
      ...{ shareIdle: asked.shareIdle ?? false, idleByNode: asked.idleByNode },
      sharedNamespaces: asked.sharedNamespaces ?? [],
    },
  )
}

export const totalOf = (tallies: ReadonlyMap<string, Tally>): number =>
  [...tallies.values()].reduce((sum, tally) => sum + tally.totalUsd, 0)
