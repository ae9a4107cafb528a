import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import type { MetricBackend } from '../../../port/cluster-backend.ts'
import { type CopiedSeries, type CopyState, copyUpTo } from './cluster-copy.ts'
import { CopyConfig } from './config.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const startMs = Date.parse('2026-01-01T00:00:00Z')

type Options = { chunk?: string; reach_back?: string; samplesMax?: number; closed?: boolean }

/** A Prometheus that scrapes every 15 s but for the moments that `lost` names. */
function world(lost: (ms: number) => boolean, options: Options = {}) {
  const asked: { fromMs: number; toMs: number }[] = []
  const taken: CopiedSeries[] = []
  const state: CopyState = { filledMs: startMs, gaps: [], samples: 0, rejected: 0, intervalMs: undefined }
  const kept: number[] = []
  const switches = { down: false, storeDown: false }
  const backend: Pick<MetricBackend, 'instant'> = {
    async instant(query, toMs) {
      if (switches.down) throw new Fault('UPSTREAM_FAILED', 'It is away.')
      const lengthMs = Number(/\[(\d+)ms\]$/.exec(query)?.[1])
      const fromMs = toMs - lengthMs
      asked.push({ fromMs, toMs })
      const timesMs: number[] = []
      const first = Math.ceil(fromMs / (15 * second)) * 15 * second
      for (let time = first; time <= toMs; time += 15 * second)
        if (!lost(time) && (options.closed !== false || time > fromMs)) timesMs.push(time)
      if (timesMs.length > (options.samplesMax ?? 1_000_000))
        throw new Fault('QUERY_FAILED', 'query processing would load too many samples into memory')
      const labels = { __name__: 'up', job: 'node', cluster: 'inner' }
      const series = [{ labels, timesMs, values: timesMs.map(Number), histograms: [] }]
      return { value: { type: 'matrix', series }, warnings: [], infos: [], partial: false }
    },
  }
  const copy = (untilMs: number): Promise<void> =>
    copyUpTo(untilMs, state, {
      ...{ backend: backend as MetricBackend, name: 'paris', signal: new AbortController().signal },
      config: CopyConfig.parse({
        ...{ selectors: ['up'], chunk: options.chunk ?? '10m', reach_back: options.reach_back ?? '24h' },
      }),
      async store(series) {
        if (switches.storeDown) throw new Fault('STORAGE_UNAVAILABLE', 'disk full')
        taken.push(...series)
        return { accepted: series.reduce((sum, one) => sum + one.timesMs.length, 0), rejected: 0, reason: '' }
      },
      keep: async () => void kept.push(state.filledMs),
    })
  const times = (): number[] => taken.flatMap(({ timesMs }) => timesMs)
  return { asked, taken, state, kept, switches, copy, times }
}
const never = (): boolean => false

describe('copying a cluster', () => {
  it('takes every sample once, oldest first, with the time at which it was scraped', async () => {
    const { copy, times, state } = world(never)
    await copy(startMs + hour)
    await copy(startMs + 2 * hour)
    expect(times()).toEqual(Array.from({ length: 480 }, (_, at) => startMs + (at + 1) * 15 * second))
    expect(state).toMatchObject({ filledMs: startMs + 2 * hour, gaps: [], samples: 480 })
  })

  it('says of whom they are, and keeps what they said themselves', async () => {
    const { copy, taken } = world(never)
    await copy(startMs + minute)
    expect(taken[0]?.labels).toEqual({
      ...{ __name__: 'up', job: 'node', cluster: 'paris', copied_from: 'paris', exported_cluster: 'inner' },
    })
  })

  it('fills what was missed while the cluster was away, and goes on where it was broken off', async () => {
    const { copy, times, switches, state } = world(never)
    await copy(startMs + 10 * minute)
    switches.down = true
    await expect(copy(startMs + 30 * minute)).rejects.toThrow('It is away.')
    switches.down = false
    switches.storeDown = true
    await expect(copy(startMs + hour)).rejects.toThrow('disk full')
    switches.storeDown = false
    await copy(startMs + 2 * hour)
    expect(times()).toHaveLength(480)
    expect(state.gaps).toEqual([])
  })

  it('states what its Prometheus does not hold', async () => {
    const { copy, state } = world((ms) => ms > startMs + 25 * minute && ms < startMs + 95 * minute)
    await copy(startMs + 2 * hour)
    expect(state.gaps).toEqual([
      {
        ...{ fromMs: startMs + 25 * minute, toMs: startMs + 95 * minute },
        reason: 'Its Prometheus holds nothing of that time.',
      },
    ])
  })

  it('states a gap that lies across parts that were asked for, whole and once', async () => {
    // The first minute of it is at the end of one part, the rest at the beginning of the next.
    const lost = (ms: number) => ms > startMs + 9 * minute && ms < startMs + 11 * minute
    const { copy, state } = world(lost)
    await copy(startMs + hour)
    expect(state.gaps.map(({ fromMs, toMs }) => [fromMs - startMs, toMs - startMs])).toEqual([
      [9 * minute, 11 * minute],
    ])
  })

  it('tells the oldest of very many gaps as one, and leaves none out', async () => {
    const { copy, state } = world((ms) => Math.floor(ms / (2 * minute)) % 2 === 1, { reach_back: '48h' })
    await copy(startMs + 24 * hour)
    expect(state.gaps.length).toBeLessThanOrEqual(200)
    expect(state.gaps[0]?.reason).toBe('There are several gaps in that time.')
    expect(state.gaps[0]?.fromMs).toBeLessThan(startMs + 5 * minute)
    expect(state.gaps.at(-1)?.toMs).toBeGreaterThan(startMs + 24 * hour - 5 * minute)
  })

  it('calls a scrape that failed no gap', async () => {
    const { copy, state } = world((ms) => ms === startMs + 5 * minute)
    await copy(startMs + hour)
    expect(state.gaps).toEqual([])
  })

  it('reaches back no farther than it is told, and says so', async () => {
    const { copy, state, asked } = world(never, { reach_back: '1h' })
    await copy(startMs + 5 * hour)
    expect(asked[0]?.fromMs).toBe(startMs + 4 * hour)
    expect(state.gaps).toEqual([
      {
        ...{ fromMs: startMs, toMs: startMs + 4 * hour },
        reason: 'It is older than fleet.copy.reach_back (1h).',
      },
    ])
  })

  it('asks for less where an answer is too large', async () => {
    const { copy, times, asked } = world(never, { samplesMax: 12 })
    await copy(startMs + 20 * minute)
    expect(times()).toHaveLength(80)
    expect(Math.min(...asked.map(({ fromMs, toMs }) => toMs - fromMs))).toBeGreaterThanOrEqual(30 * second)
  })

  it('leaves no sample out and takes none twice, whenever it is cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.boolean()), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (steps, closed) => {
          const { copy, times, switches } = world(never, { chunk: '7m', closed })
          let untilMs = startMs
          for (const [minutes, down] of steps) {
            untilMs += minutes * minute
            switches.down = down
            await copy(untilMs).catch(() => undefined)
          }
          switches.down = false
          await copy(untilMs)
          const all = times()
          expect(all).toEqual([...new Set(all)].sort((a, b) => a - b))
          expect(all).toHaveLength((untilMs - startMs) / (15 * second))
        },
      ),
      { numRuns: 100 },
    )
  })
})
