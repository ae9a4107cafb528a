import { expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { MemoryLogStore, MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { minerWorker, mining } from '../../../app/analytics/mining.ts'
import { silentLog } from '../../../kernel/log.ts'
import { shopWorld, startMs } from './shop-world.suite.ts'

it('a healthy hour of the shop raises nothing; a defect that then begins is told within seconds', async () => {
  const w = shopWorld(11, {
    bus: (metrics) => createMemoryBus({ log: silentLog, metrics }),
    ...{ metricStore: new MemoryMetricStore(), logStore: new MemoryLogStore(), mining, minerWorker },
  })
  await w.start()
  onTestFinished(() => w.stop())
  await w.run(3_600, 0)
  expect(w.told.map(({ sentence }) => sentence)).toEqual([])
  expect(w.watch.stats()).toMatchObject({ sources: 7, late: 0, other: 0, refused: 0 })
  await w.run(60, 0.5)
  const [first] = w.told
  expect(first).toMatchObject({ shape: 'NEW_PATTERN', entity: 'service/payments', severity: 'MEDIUM' })
  expect(Date.parse(first?.detected_at ?? '') - startMs - 3_600_000).toBeLessThan(10_000)
  expect(first?.confidence).toBeGreaterThan(0.7)
})
