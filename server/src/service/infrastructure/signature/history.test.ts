import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Sample } from '../index.ts'
import { noInventory, readingOf } from './exposition-reading.suite.ts'
import { History } from './history.ts'

const minute = 60_000
const make = (readingsMax = 160, bytesMax = 1 << 24) =>
  new History({ readingsMax, bytesMax }, () => noInventory)
const only = (history: History, name: string): Sample => history.samples(name)[0] as Sample

function play(values: readonly (number | undefined)[], readingsMax?: number): History {
  const history = make(readingsMax)
  for (const [index, value] of values.entries())
    history.append(readingOf(value === undefined ? 'other 1' : `x{a="1"} ${value}\nother 1`, index * minute))
  return history
}

describe('History', () => {
  it('counts an increase over a reset as what came before it and since', () => {
    const history = play([10, 15, 3, 4])
    expect(history.increase(only(history, 'x'), 10 * minute)).toBeUndefined()
    expect(history.increase(only(history, 'x'), 6 * minute)).toBe(9)
    expect(history.increase(only(history, 'x'), 2 * minute)).toBe(4)
  })

  it('tells no increase of a series that was not there for half of the window', () => {
    const history = play([undefined, undefined, undefined, 5, 9])
    expect(history.increase(only(history, 'x'), 4 * minute)).toBeUndefined()
    expect(history.increase(only(history, 'x'), 2 * minute)).toBe(4)
  })

  it('tells for how long a condition has held without a break, a missing sample being one', () => {
    expect(heldOver5([9, 1, 9, 9])).toBe(minute)
    expect(heldOver5([9, 9, undefined, 9])).toBe(0)
    expect(heldOver5([9, 9, 9, 9])).toBe(3 * minute)
    expect(heldOver5([9, 9, 9, 1])).toBe(0)
  })

  it('keeps on a value that never changes for longer than its ring', () => {
    const history = play(
      Array.from({ length: 100 }, () => 9),
      10,
    )
    expect(history.heldMs(only(history, 'x'), (value) => value > 5)).toBe(99 * minute)
  })

  it('lists series that vanished within the window with their last value', () => {
    const history = play([1, 2, undefined, undefined])
    expect(history.vanished('x', 10 * minute)).toEqual([
      { labels: { __name__: 'x', a: '1' }, lastMs: minute, value: 2 },
    ])
    expect(history.vanished('x', minute)).toEqual([])
    expect(history.vanished('other', 10 * minute)).toEqual([])
  })

  it('tells when a value changed, and not where it was there from the beginning', () => {
    const history = play([0, 0, 79, 79])
    expect(history.changed(only(history, 'x'))).toEqual({ atMs: 2 * minute, from: 0 })
    expect(history.changed(only(history, 'other'))).toBeUndefined()
    expect(history.changes(only(history, 'x'), 10 * minute)).toEqual([{ atMs: 2 * minute, from: 0, to: 79 }])
  })

  it('counts a first value that came later than the readings as a change', () => {
    const history = play([undefined, 3])
    expect(history.changes(only(history, 'x'), 10 * minute)).toEqual([
      { atMs: minute, from: undefined, to: 3 },
    ])
  })

  it('goes on with a GPU’s series when its pod, exporter or driver changes', () => {
    const history = make()
    const text = (pod: string, value: number) =>
      `DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-a",Hostname="n",instance="10.0.0.${value}:9400",pod="${pod}",DCGM_FI_DRIVER_VERSION="5${value}"} ${value}`
    history.append(readingOf(text('one', 1), 0))
    history.append(readingOf(text('two', 2), minute))
    const [sample] = history.samples('DCGM_FI_DEV_GPU_TEMP')
    expect(history.seriesCount).toBe(1)
    expect(history.owners(sample as Sample).map(({ labels, fromMs }) => [labels.pod, fromMs])).toEqual([
      ['one', 0],
      ['two', minute],
    ])
  })

  it('leaves out a reading that is not newer, and believes the first of two samples of one series', () => {
    const history = make()
    history.append(readingOf('x 1\nx 2', minute))
    history.append(readingOf('x 5', minute))
    history.append(readingOf('x 7', 0))
    expect(history.heldMs({ labels: { __name__: 'x' } }, (value) => value === 1)).toBe(0)
    expect(history.now.timeMs).toBe(minute)
    expect(history.changed({ labels: { __name__: 'x' } })).toBeUndefined()
  })

  it('keeps within its bytes and refuses further series, which are seen but have no past', () => {
    const history = make(160, 20_000)
    const text = Array.from({ length: 500 }, (_, index) => `x{a="${index}"} ${index}`).join('\n')
    history.append(readingOf(text, 0))
    expect(history.bytes).toBeLessThanOrEqual(20_000)
    expect(history.refused).toBeGreaterThan(400)
    expect(history.samples('x')).toHaveLength(500)
    expect(history.heldMs(history.samples('x')[499] as Sample, () => true)).toBe(0)
  })

  it('forgets series once nothing of them is left in the ring, and gives their bytes back', () => {
    const history = make(4)
    for (let index = 0; index < 64; index++) history.append(readingOf(`x{a="${index}"} 1`, index * minute))
    expect(history.seriesCount).toBeLessThan(24)
    for (let index = 64; index < 100; index++) history.append(readingOf('', index * minute))
    expect(history.seriesCount).toBe(0)
    expect(history.bytes).toBe(0)
  })

  it('agrees with a plain list of all values', () => {
    const values = fc.array(fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 12 }), (list, windowMinutes) => {
        const history = play([...list, 2], 60)
        const all = [...list, 2]
        const sample = only(history, 'x')
        let held = 0
        for (let at = all.length - 1; at >= 0 && all[at] !== undefined && (all[at] as number) >= 1; at--)
          held = all.length - 1 - at
        expect(history.heldMs(sample, (value) => value >= 1)).toBe(held * minute)
        const within = all
          .map((value, at) => ({ value, at }))
          .filter(({ at, value }) => value !== undefined && at >= all.length - 1 - windowMinutes)
        const spanMinutes = all.length - 1 - (within[0]?.at as number)
        let sum = 0
        for (let at = 1; at < within.length; at++) {
          const [before, now] = [within[at - 1]?.value as number, within[at]?.value as number]
          sum += now < before ? now : now - before
        }
        expect(history.increase(sample, windowMinutes * minute)).toBe(
          spanMinutes < windowMinutes / 2 ? undefined : sum,
        )
      }),
    )
  })
})

function heldOver5(values: readonly (number | undefined)[]): number {
  const history = play(values)
  return history.heldMs(only(history, 'x'), (value) => value > 5)
}
