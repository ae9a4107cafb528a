import { expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Entry, TelemetryLog } from '../../port/telemetry-log.ts'
import { createHealth } from '../upkeep/health.ts'
import { watchLog } from './watched-log.ts'

const entry: Entry = {
  kind: 'points',
  tenant: 'default',
  body: new Uint8Array(),
  encoding: 'identity',
  format: 'json',
  receivedMs: 0,
}

it('lets health say what the last write did: nothing yet, stored, failed, stored again; a full queue is no failure', async () => {
  let fault: Fault | undefined
  const inner = {
    append: async () => {
      if (fault) throw fault
      return 1
    },
  } as unknown as TelemetryLog
  const { log, writable } = watchLog(inner)
  const health = createHealth({ dataFolder: '.', writable, clock: systemClock }, '1')
  const store = () => health().checks.find((check) => check.name === 'store')
  const write = () => log.append(entry).catch(() => undefined)
  expect(store()).toMatchObject({ status: 'ok', message: 'nothing was written yet' })
  await write()
  expect(store()).toMatchObject({ status: 'ok', message: 'takes writes' })
  fault = new Fault('QUEUE_FULL', 'full')
  await write()
  expect(store()?.status).toBe('ok')
  fault = new Fault('STORAGE_UNAVAILABLE', 'disk full')
  await write()
  expect(store()?.status).toBe('degraded')
  fault = undefined
  await write()
  expect(store()?.status).toBe('ok')
})
