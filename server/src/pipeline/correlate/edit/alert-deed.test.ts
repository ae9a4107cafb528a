import type { Alert } from '@aiops/contract/model/alert'
import { afterEach, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { alertAt } from '../core/example.suite.ts'
import { type LifeWorld, openLifeWorld } from './life-world.suite.ts'

const worlds: LifeWorld[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) {
    await world.correlate.stop()
    await world.records.close()
  }
})

const payments = alertAt('service/payments')
const checkout = alertAt('service/checkout')
const search = alertAt('service/search')
/** Told for information: it waits, and is in no incident. */
const weak = alertAt('service/far', { severity: 'LOW', name: 'Weak' })

/** INC-1 of payments and checkout, INC-2 of search, and one alert that is in none. */
async function openWorld(): Promise<LifeWorld> {
  const bus = createMemoryBus({ log: silentLog, metrics: createMetrics() })
  const world = await openLifeWorld({ records: await openSqliteRecordStore(':memory:'), bus })
  worlds.push(world)
  await world.receive(payments, checkout)
  await world.receive(search)
  await world.receive(weak)
  expect((await world.incidents()).map(({ alert_count }) => alert_count)).toEqual([2, 1])
  return world
}
const stored = async (world: LifeWorld): Promise<Alert[]> =>
  (await world.records.alerts.list('default', { severities: [], limit: 100 })).alerts
const act = async (world: LifeWorld, deed: object, alerts: readonly { id: string }[]) => {
  const ids = new Set(alerts.map(({ id }) => id))
  const chosen = (await stored(world)).filter(({ id }) => ids.has(id))
  const wanted = { dryRun: false, ...deed } as Parameters<typeof world.correlate.deeds.act>[2]
  const results = await world.correlate.deeds.act('default', 'ann', wanted, chosen)
  return results
    .map(
      ({ incident, outcome, ids }) =>
        `${incident ? `INC-${incident.number}` : 'none'} ${outcome} ${ids.length}`,
    )
    .sort()
}

it('alerts are acknowledged by their incidents, each once; those in none are told of', async () => {
  const world = await openWorld()
  const all = [payments, checkout, search, weak]
  const expected = ['INC-1 DONE 2', 'INC-2 DONE 1', 'none FAILED 1']
  expect(await act(world, { action: 'ACKNOWLEDGE', dryRun: true }, all)).toEqual(expected)
  expect((await world.incidents()).map(({ status }) => status)).toEqual(['OPEN', 'OPEN'])
  expect(await act(world, { action: 'ACKNOWLEDGE' }, all)).toEqual(expected)
  expect((await world.incidents()).map(({ status }) => status)).toEqual(['ACKNOWLEDGED', 'ACKNOWLEDGED'])
  expect(await act(world, { action: 'ACKNOWLEDGE' }, [payments])).toEqual(['INC-1 UNCHANGED 1'])
})

it('alerts of several incidents and of none join one; an incident that gives all it holds is merged', async () => {
  const world = await openWorld()
  const done = await act(world, { action: 'JOIN', into: '2' }, [payments, search, weak])
  expect(done).toEqual(['INC-1 DONE 1', 'INC-2 UNCHANGED 1', 'none DONE 1'])
  expect(await world.membersOf((await world.incidents())[1]?.id ?? '')).toEqual(
    [payments.id, search.id, weak.id].sort(),
  )
  expect(await act(world, { action: 'JOIN', into: '2' }, [checkout])).toEqual(['INC-1 DONE 1'])
  const [first, second] = await world.incidents()
  expect(first).toMatchObject({ status: 'RESOLVED', merged_into: second?.id })
  expect(second).toMatchObject({ alert_count: 4, status: 'OPEN' })
})

it('what cannot leave its incident stays, and the rest is taken out', async () => {
  const world = await openWorld()
  const done = await act(world, { action: 'TAKE_OUT', comment: 'not ours' }, [payments, search, weak])
  expect(done).toEqual(['INC-1 DONE 1', 'INC-2 FAILED 1', 'none UNCHANGED 1'])
  const [first] = await world.incidents()
  expect(first).toMatchObject({ alert_count: 1 })
  const timeline = await world.records.incidents.timeline(first?.id ?? '')
  expect(timeline.at(-1)).toMatchObject({ type: 'MEMBER_REMOVED', actor: 'ann' })
})

it('a closed incident takes nothing and gives nothing', async () => {
  const world = await openWorld()
  await world.life.setStatus('default', '2', 'CLOSED', 'ann')
  await expect(act(world, { action: 'JOIN', into: '2' }, [payments])).rejects.toMatchObject({
    code: 'CONFLICT',
  })
  await expect(act(world, { action: 'JOIN', into: '9' }, [payments])).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  expect(await act(world, { action: 'TAKE_OUT' }, [search])).toEqual(['INC-2 FAILED 1'])
})
