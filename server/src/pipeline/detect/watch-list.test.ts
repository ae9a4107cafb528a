import type { Labels } from '@aiops/contract/model/label'
import { describe, expect, it } from 'vitest'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { DetectConfig } from './config.ts'
import { plainProfile, profileOf } from './rule/profile.ts'
import { noEntity } from './silence.ts'
import { WatchList } from './watch-list.ts'

const world = (config: Record<string, unknown> = {}) => {
  const { catalog } = new MemoryMetricStore()
  const parsed = DetectConfig.parse(config)
  const watch = new WatchList(parsed, catalog)
  const ref = (labels: Record<string, string>, unit?: string) =>
    catalog.intern('default', labels, { kind: 'GAUGE', ...(unit ? { unit } : {}) })
  return { catalog, watch, ref, config: parsed }
}

describe('the list of what is watched', () => {
  it('judges each series as its own labels and unit say, though it looks at a name once', () => {
    const { catalog, watch, ref, config } = world()
    const series = [
      ref({ __name__: 'x.duration', 'service.name': 'a' }, 's'),
      ref({ __name__: 'x.duration', 'service.name': 'b' }, 'ms'),
      ref({ __name__: 'x.duration', 'service.name': 'c', anything: 'else' }, 's'),
      ref({ __name__: 'x.duration', 'host.name': 'h' }, 's'),
      ref({ __name__: 'node_load1', instance: 'h' }),
      ref({ __name__: 'cpu', 'service.name': 'a', 'cpu.mode': 'idle' }, '1'),
      ref({ __name__: 'cpu', 'service.name': 'a', 'cpu.mode': 'user' }, '1'),
      ref({ __name__: 'cpu', 'service.name': 'a' }, '1'),
    ]
    for (const one of series) {
      const { labels, meta } = catalog.describe(one)
      const expected = profileOf(labels, meta, config)
      const index = watch.indexOf(one, 1)
      expect(index >= 0 ? watch.profile(index) : undefined).toEqual(expected)
    }
    expect(watch.count).toBe(6)
  })

  it('tells the engine of each series once, with the entity its series share and none for those that name none', () => {
    const { watch, ref, config } = world()
    const places: Labels[] = [{ job: 'a' }, { job: 'a' }, { job: 'b' }, {}]
    for (const labels of places) watch.indexOf(ref({ __name__: `m${watch.count}`, ...labels }), 1)
    const fresh = watch.takeFresh()
    expect(fresh).toMatchObject({
      indexes: Uint32Array.of(0, 1, 2, 3),
      entities: Uint32Array.of(0, 0, 1, noEntity),
      steady: Uint8Array.of(1, 1, 1, 0),
    })
    expect(fresh?.table).toEqual([{ ...plainProfile(config), effectShare: 0.2 }])
    expect(watch.takeFresh()).toBeUndefined()
    expect(watch.all()).toEqual(fresh)
  })

  it('takes a series for which there was no room once another was given up', () => {
    const { watch, ref } = world({ series_max: 1 })
    const [first, second] = [ref({ __name__: 'a' }), ref({ __name__: 'b' })]
    expect([watch.indexOf(first, 1), watch.indexOf(second, 1), watch.indexOf(second, 2)]).toEqual([0, -1, -1])
    expect(watch.refusedCount).toBe(1)
    expect(watch.forget(5, () => false)).toEqual([0])
    expect(watch.indexOf(second, 6)).toBe(0)
    expect(watch.describe(0).ref).toBe(second)
  })
})
