import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallWindow, selfTimeMs } from './call-window.ts'

const call = (startMs: number, endMs: number, error = false) => ({ startMs, endMs, error })

describe('the own time of a span', () => {
  it('is its duration without calls', () => expect(selfTimeMs(10, 30, [])).toBe(20))
  it('counts calls that overlap once', () =>
    expect(selfTimeMs(0, 100, [call(10, 40), call(20, 60)])).toBe(50))
  it('ignores what lies outside the span', () =>
    expect(selfTimeMs(10, 20, [call(0, 12), call(18, 90), call(200, 300)])).toBe(6))
  it('equals counting millisecond by millisecond', () => {
    const calls = fc.array(fc.tuple(fc.nat(60), fc.nat(30)), { maxLength: 8 })
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), calls, (start, length, spans) => {
        const made = spans.map(([from, ms]) => call(from, from + ms))
        let own = 0
        for (let ms = start; ms < start + length; ms += 1)
          if (!made.some(({ startMs, endMs }) => ms >= startMs && ms < endMs)) own += 1
        expect(selfTimeMs(start, start + length, made)).toBe(own)
      }),
    )
  })
})

describe('calls remembered', () => {
  it('are found for one generation and forgotten after two', () => {
    const window = new CallWindow(10)
    window.add('p', call(0, 1))
    window.age()
    window.add('p', call(2, 3))
    expect(window.of('p')).toHaveLength(2)
    window.age()
    expect(window.of('p')).toHaveLength(1)
    window.age()
    expect(window.of('p')).toEqual([])
  })
  it('are at most as many as the limit; more are counted as dropped', () => {
    const window = new CallWindow(3)
    for (let i = 0; i < 5; i += 1) window.add(`p${i}`, call(0, 1))
    expect(window.droppedCount).toBe(2)
    window.age()
    window.age()
    window.add('p', call(0, 1))
    expect(window.of('p')).toHaveLength(1)
  })
})
