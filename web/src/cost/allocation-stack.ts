import { sumOf, type Usd, usd } from '@aiops/contract/model/money'
import type { Allocations } from './use-cost.ts'

export const idleName = '__idle__'
export const sharedName = '__shared__'
/** Of what nobody says whose it is. */
export const untoldName = '__unallocated__'

/** Names that allocation gives to what is nobody's. */
export function allocationWord(name: string): string {
  if (name === idleName) return 'Idle capacity'
  if (name === sharedName) return 'Shared'
  if (name === '__unmounted__') return 'Unmounted volumes'
  return name.replaceAll(untoldName, 'not told')
}

export type StackBand = { name: string; colour: string; totalUsd: Usd }
export type StackBar = {
  startMs: number
  endMs: number
  /** null: nothing is known of this step, which is another thing than nothing spent. */
  totalUsd: Usd | null
  /** From the bottom up. */
  parts: { name: string; from: number; to: number; usd: Usd }[]
}
export type Stack = { bands: StackBand[]; bars: StackBar[]; top: number }

const bandsMax = 7
export const otherName = 'Others'

/** Bars of spend by step: the greatest names from the bottom up, the rest together, idle and shared on top in quiet colours. */
export function stackOf({ steps, allocations }: Pick<Allocations, 'steps' | 'allocations'>): Stack {
  const quiet = [sharedName, idleName]
  const totals = new Map(allocations.map(({ name, total_usd }) => [name, total_usd]))
  const ranked = [...totals.keys()]
    .filter((name) => !quiet.includes(name))
    .sort((a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0) || (a < b ? -1 : 1))
  const shown = ranked.length > bandsMax + 1 ? ranked.slice(0, bandsMax) : ranked
  const rest = new Set(ranked.slice(shown.length))
  const bands: StackBand[] = [
    ...shown.map((name, i) => ({
      name,
      colour: `var(--series-${i + 1})`,
      totalUsd: totals.get(name) ?? usd(0),
    })),
    ...(rest.size > 0
      ? [
          {
            ...{ name: otherName, colour: 'var(--info)' },
            totalUsd: sumOf([...rest].map((name) => totals.get(name) ?? usd(0))),
          },
        ]
      : []),
    ...quiet.flatMap((name) => {
      const total = totals.get(name)
      const colour = name === idleName ? 'var(--line-strong)' : 'var(--ink-mute)'
      return total === undefined ? [] : [{ name, colour, totalUsd: total }]
    }),
  ]
  const bars = steps.map(({ start, end, by_name }): StackBar => {
    const of = new Map(Object.entries(by_name))
    let at = 0
    const parts = bands.flatMap(({ name }) => {
      const amount =
        name === otherName && rest.size > 0
          ? sumOf([...rest].map((one) => of.get(one) ?? usd(0)))
          : of.get(name)
      if (amount === undefined || amount <= 0) return []
      const part = { name, from: at, to: at + amount, usd: amount }
      at += amount
      return [part]
    })
    const known = of.size > 0
    return {
      ...{ startMs: Date.parse(start), endMs: Date.parse(end), parts },
      totalUsd: known ? usd(at) : null,
    }
  })
  return { bands, bars, top: niceTop(Math.max(0, ...bars.map(({ totalUsd }) => totalUsd ?? 0))) }
}

/** The least of 1, 2, 2.5, 4, 5, 8 times a power of ten that holds it. */
export function niceTop(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 4, 5, 8, 10].find((one) => one * power >= value * 0.999) ?? 10
  return step * power
}
