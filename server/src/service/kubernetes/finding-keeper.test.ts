import type { Event } from '@aiops/contract/event'
import type { Finding } from '@aiops/contract/model/finding'
import { expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { seededRandom } from '../../kernel/random.ts'
import { exampleFinding } from './finding.suite.ts'
import { FindingKeeper } from './finding-keeper.ts'

function makeKeeper() {
  const clock = new ManualClock()
  const told: string[] = []
  const publish = (_topic: string, event: unknown): void => {
    const { event_type, payload } = event as Event
    told.push(`${event_type} ${(payload as Finding).id}`)
  }
  const keeper = new FindingKeeper({ clock, random: seededRandom(1), bus: { publish } })
  return { clock, told, keeper }
}

it('tells once of a finding that goes on', async () => {
  const { clock, told, keeper } = makeKeeper()
  keeper.update([exampleFinding()])
  await clock.advance(10_000)
  keeper.update([exampleFinding({ found_at: '2026-01-01T09:00:00.000Z' })])
  expect(told).toEqual(['FINDING_OPENED f-1'])
  expect(keeper.findings[0]?.found_at).toBe('2026-01-01T00:01:00.000Z')
})

it('closes a finding that was not seen for a minute, not one that is away for a moment', async () => {
  const { clock, told, keeper } = makeKeeper()
  keeper.update([exampleFinding()])
  await clock.advance(30_000)
  keeper.update([])
  expect(keeper.findings).toHaveLength(1)
  await clock.advance(10_000)
  keeper.update([exampleFinding()])
  await clock.advance(59_000)
  keeper.update([])
  expect(told).toEqual(['FINDING_OPENED f-1'])
  await clock.advance(1_000)
  keeper.update([])
  expect(told).toEqual(['FINDING_OPENED f-1', 'FINDING_CLOSED f-1'])
  expect(keeper.findings).toEqual([])
})

it('keeps the first time of a condition whose time moves, and takes one that becomes known', () => {
  const { keeper } = makeKeeper()
  keeper.update([exampleFinding({ since: null })])
  keeper.update([exampleFinding({ since: '2026-01-01T00:00:00.000Z' })])
  keeper.update([exampleFinding({ since: '2026-01-01T00:05:00.000Z' })])
  expect(keeper.findings[0]?.since).toBe('2026-01-01T00:00:00.000Z')
})

it('closes everything of a cluster that is not looked at any more', () => {
  const { told, keeper } = makeKeeper()
  keeper.update([exampleFinding(), exampleFinding({ id: 'f-2' })])
  keeper.clear()
  expect(told.slice(2)).toEqual(['FINDING_CLOSED f-1', 'FINDING_CLOSED f-2'])
})
