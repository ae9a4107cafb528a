import { hourly } from '@aiops/contract/model/money'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import type { CostHour, CostRepository } from '../../../port/cost-repository.ts'
import { type Answers, storeOf, worldStartMs } from '../allocation/world.suite.ts'
import { CostConfig } from '../config.ts'
import { PriceTable } from '../price/price-table.ts'
import { HourBook } from './hour-book.ts'

const hourMs = 3_600_000

/** A book at a time after the world began, over one container of 2 cores at 0.05 USD that runs from an hour on. */
function bookAt(afterHours: number, fromHour = 0) {
  const clock = new ManualClock(worldStartMs + afterHours * hourMs)
  const kept = new Map<number, CostHour>()
  const world = { fromHour, questions: 0 }
  const answers: Answers = {
    'kube_pod_container_resource_requests{resource="cpu"}': [
      {
        labels: { namespace: 'shop', pod: 'p', container: 'c', node: 'n1' },
        at: (minute) => (minute > world.fromHour * 60 ? 2 : undefined),
      },
    ],
  }
  const store = storeOf(answers)
  const repository = {
    saveHour: async (_tenant: string, hour: CostHour) => void kept.set(hour.hourMs, hour),
    hours: async (_tenant: string, from: number, to: number) =>
      [...kept.values()].filter((one) => one.hourMs >= from && one.hourMs < to),
    knownHours: async (_tenant: string, from: number, to: number) =>
      [...kept.keys()].filter((one) => one >= from && one < to),
  } as unknown as CostRepository
  const price = { provider: 'any', region: '', resource: 'CPU_CORE' as const, kind: '', spot: false }
  const table = new PriceTable([
    {
      ...{ name: 'ours', provenance: 'x', as_of: '2026-10-01T00:00:00Z', transfer: [] },
      prices: [{ ...price, hourly_usd: hourly(0.05) }],
    },
  ])
  const hours = new HourBook(
    {
      ...{ ...store, clock, repository },
      queryRange: (...given) => {
        world.questions += 1
        return store.queryRange(...given)
      },
      prices: { table: async () => table, changes: async () => [], isStale: () => false },
    },
    CostConfig.parse({}),
  )
  return { clock, kept, hours, world }
}

describe('spend by the hour', () => {
  it('is closed five minutes after the hour, once, with what it cost', async () => {
    const { clock, hours, kept, world } = bookAt(5)
    expect(await hours.close('default')).toBeGreaterThan(4)
    expect(kept.has(worldStartMs + 4 * hourMs)).toBe(false)
    await clock.advance(5 * 60_000)
    expect(await hours.close('default')).toBe(1)
    expect(kept.get(worldStartMs + 4 * hourMs)).toMatchObject({ coverage: 1, sources: ['ours'] })
    const [day] = await hours.days('default', worldStartMs, worldStartMs + 1)
    expect(day!.rows).toHaveLength(1)
    expect(day!.rows[0]).toMatchObject({ namespace: 'shop', usd: expect.closeTo(0.5, 9) })
    const before = world.questions
    expect(await hours.close('default')).toBe(0)
    expect(world.questions).toBe(before)
  })

  it('takes in what came late, with the next hour', async () => {
    const { clock, hours, kept, world } = bookAt(6.2, 5.5)
    await hours.close('default')
    expect(kept.get(worldStartMs + 5 * hourMs)?.coverage).toBeCloseTo(0.5)
    world.fromHour = 5
    await clock.advance(hourMs)
    await hours.close('default')
    expect(kept.get(worldStartMs + 5 * hourMs)?.coverage).toBe(1)
    const [day] = await hours.days('default', worldStartMs, worldStartMs + 1)
    expect(day!.rows[0]!.usd).toBeCloseTo(0.2, 9)
  })

  it('does not look for a past that has no metrics', async () => {
    const { hours, kept } = bookAt(6.2)
    await hours.close('default')
    // Six hours of the world and a day before it, not the 31 days that it might.
    expect(kept.size).toBe(6 + 24)
  })
})
