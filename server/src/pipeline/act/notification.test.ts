import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { tenant, type World, type WorldOptions, worldOn } from './act-world.suite.ts'

const createWorld = worldOn({ openRecords: openSqliteRecordStore, createBus: createMemoryBus })
let world: World | undefined
const worldOf = async (options: WorldOptions): Promise<World> => {
  world = await createWorld(options)
  return world
}
afterEach(() => world?.close())

const kinds = ({ sent }: World) => sent.map(({ kind }) => kind)

describe('notifications', () => {
  it('that pile up for a sink that is down keep no other sink waiting', async () => {
    const world = await worldOf({ notifierNames: ['dead', 'hook>shop'] })
    world.deliver = async ({ sentence }) => {
      if (sentence === 'for the dead') throw new Fault('UPSTREAM_FAILED', 'down')
    }
    const reminder = {
      kind: 'MAINTENANCE_ENDING' as const,
      incident: null,
      sentence: 'for the dead',
      url: '',
    }
    await world.records.transaction(async ({ outbox }) => {
      for (let number = 0; number < 250; number += 1)
        await outbox.add('dead', tenant, { ...reminder, idempotencyKey: `maintenance/${number}` })
      const other = { ...reminder, sentence: 'for the living', idempotencyKey: 'maintenance/250' }
      await outbox.add('hook>shop', tenant, other)
    })
    await world.advance(5_000)
    expect(world.sent.map(({ sentence }) => sentence)).toEqual(['for the living'])
  })

  it('that an incident is over are sent although the platform was killed before it noted them', async () => {
    const world = await worldOf({ notifierNames: ['hook'] })
    const incident = await world.openIncident()
    await world.advance(1_000)
    // Written by another stage; this one is killed before it hears of it.
    const over = isoTime(world.clock.now())
    await world.records.incidents.update({
      ...incident,
      status: 'RESOLVED',
      resolved_at: over,
      updated_at: over,
    })
    await world.restart()
    await world.advance(1_000)
    expect(kinds(world)).toEqual(['INCIDENT_OPENED', 'INCIDENT_RESOLVED'])
    await world.restart({ notifierNames: ['hook', 'new'] })
    await world.advance(1_000)
    expect(kinds(world)).toHaveLength(2)
  })

  it('that an incident is over are sent although the records could not be written when it ended', async () => {
    let broken = false
    const through = (records: RecordStore): RecordStore => ({
      ...records,
      transaction: (work) =>
        broken ? Promise.reject(new Fault('STORAGE_UNAVAILABLE', 'for now')) : records.transaction(work),
    })
    const world = await worldOf({ notifierNames: ['hook'], through })
    const incident = await world.openIncident()
    await world.advance(1_000)
    broken = true
    await world.resolve(incident)
    await world.advance(3_000)
    broken = false
    await world.advance(3_000)
    expect(kinds(world)).toEqual(['INCIDENT_OPENED', 'INCIDENT_RESOLVED'])
  })
})
