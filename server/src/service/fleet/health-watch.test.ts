import type { ClusterType } from '@aiops/contract/model/cluster'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import { FleetConfig } from './config.ts'
import { paceOf } from './health-table.ts'
import { HealthWatch } from './health-watch.ts'

type Check = (key: string, whole: boolean, signal: AbortSignal) => Promise<boolean>
type Begun = { key: string; atMs: number; whole: boolean }

function watchOf(check: Check, config: object = {}) {
  const clock = new ManualClock(0)
  const begun: Begun[] = []
  const watch = new HealthWatch(
    {
      ...{ clock, random: seededRandom(3), metrics: createMetrics(), log: silentLog },
      check(key, whole, signal) {
        begun.push({ key, whole, atMs: clock.monotonic() })
        return check(key, whole, signal)
      },
    },
    FleetConfig.parse(config),
  )
  onTestFinished(() => watch.stop())
  const times = (key: string): number[] => begun.filter((one) => one.key === key).map(({ atMs }) => atMs)
  return { clock, watch, begun, times }
}
/** Answers nothing until its time is up, as a host that swallows packets does. */
const hanging =
  (clock: () => ManualClock, timeoutMs: number): Check =>
  (_key, _whole, signal) =>
    new Promise((resolve) => {
      const end = (): void => resolve(false)
      clock().after(timeoutMs, end)
      signal.addEventListener('abort', end)
    })

describe('the watch over health', () => {
  it.each(Object.keys(paceOf) as ClusterType[])(
    'checks %s as often as its type says, without drifting',
    async (type) => {
      const { clock, watch, times } = watchOf(async () => true)
      const { intervalMs } = paceOf[type]
      watch.add('a', type, false)
      await clock.advance(intervalMs * 5)
      const [first = 0, ...rest] = times('a')
      expect(first).toBeLessThan(intervalMs)
      expect(rest).toEqual([1, 2, 3, 4].map((i) => first + i * intervalMs))
    },
  )

  it('checks a new one at once and spreads those of a start over the interval', async () => {
    const { clock, watch, begun, times } = watchOf(async () => true)
    watch.add('new', 'SPOKE', true)
    for (let i = 0; i < 300; i += 1) watch.add(`old-${i}`, 'SPOKE', false)
    await clock.advance(0)
    expect(times('new')).toEqual([0])
    await clock.advance(29_999)
    expect(new Set(begun.map(({ key }) => key)).size).toBe(301)
    const perSecond = Array.from(
      { length: 30 },
      (_, i) => begun.filter(({ atMs }) => Math.floor(atMs / 1_000) === i).length,
    )
    expect(Math.max(...perSecond)).toBeLessThan(30)
  })

  it('is on time with the well ones while one in five hangs', async () => {
    const isBad = (key: string): boolean => Number(key) % 5 === 0
    const { clock, watch, times } = watchOf(
      (key, whole, signal) =>
        isBad(key) ? hanging(() => clock, 10_000)(key, whole, signal) : Promise.resolve(true),
      { parallel_checks_max: 8, slow_checks_max: 1_000 },
    )
    for (let i = 0; i < 400; i += 1) watch.add(String(i), 'SPOKE', false)
    await clock.advance(120_000)
    for (let i = 0; i < 400; i += 1) {
      const at = times(String(i))
      if (isBad(String(i))) continue
      expect(at.length).toBe(4)
      for (let n = 1; n < at.length; n += 1)
        expect(Math.abs(at[n]! - at[n - 1]! - 30_000)).toBeLessThan(3_000)
    }
  })

  it('asks little of one where nothing answers, and everything again once something does', async () => {
    let answers = false
    const { clock, watch, begun } = watchOf(async () => answers, { breaker_failures: 3 })
    watch.add('a', 'HUB', true)
    await clock.advance(60_000)
    expect(begun.map(({ whole }) => whole)).toEqual([true, true, true, false, false])
    answers = true
    await clock.advance(30_000)
    expect(begun.slice(5).map(({ whole }) => whole)).toEqual([false, true, true])
  })

  it('never runs two checks of one cluster at once, and leaves out what it slept through', async () => {
    let running = 0
    let most = 0
    const { clock, watch, times } = watchOf(async (_key, _whole, signal) => {
      running += 1
      most = Math.max(most, running)
      await clock.sleep(40_000, signal).catch(() => undefined)
      running -= 1
      return true
    })
    watch.add('a', 'HUB', true)
    const asked = [watch.checkNow('a'), watch.checkNow('a')]
    await clock.advance(200_000)
    await Promise.all(asked)
    expect(most).toBe(1)
    expect(times('a').length).toBeLessThanOrEqual(6)
  })

  it('checks anew each time it is asked to, and once for those who ask at the same time', async () => {
    const { watch, times } = watchOf(async () => true)
    watch.add('a', 'FAR_EDGE', false)
    for (let count = 1; count <= 3; count += 1) {
      await Promise.all([watch.checkNow('a'), watch.checkNow('a')])
      expect(times('a')).toHaveLength(count)
    }
  })

  it('goes on after a check that threw', async () => {
    let count = 0
    const { clock, watch, times } = watchOf(async () => {
      count += 1
      if (count === 1) throw new Error('a defect')
      return true
    })
    watch.add('a', 'HUB', true)
    await clock.advance(30_000)
    expect(times('a')).toEqual([0, 15_000, 30_000])
  })

  it('stops at once though checks hang, and checks nothing that was removed', async () => {
    const { clock, watch, times } = watchOf((key, whole, signal) =>
      hanging(() => clock, 10_000)(key, whole, signal),
    )
    watch.add('a', 'HUB', true)
    watch.add('b', 'HUB', false)
    await clock.advance(0)
    watch.remove('b')
    await watch.stop()
    await clock.advance(100_000)
    expect([times('a'), times('b')]).toEqual([[0], []])
  })
})
