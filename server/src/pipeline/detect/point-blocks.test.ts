import { describe, expect, it } from 'vitest'
import type { PointColumns } from './engine.ts'
import { PointBlocks } from './point-blocks.ts'

const points = (from: number, count: number): PointColumns => ({
  nowMs: from,
  series: Uint32Array.from({ length: count }, (_, i) => from + i),
  timesMs: Float64Array.from({ length: count }, (_, i) => from + i),
  values: Float64Array.from({ length: count }, (_, i) => -(from + i)),
})

describe('points on their way to the detector', () => {
  it('arrive once each and in order, however they are spread over blocks, and may be overwritten once added', () => {
    const blocks = new PointBlocks()
    const seen: number[] = []
    const send = (): void => {
      const taken = blocks.take()
      for (let i = 0; i < (taken?.series.length ?? 0); i += 1) {
        seen.push(taken?.series[i] as number)
        expect([taken?.timesMs[i], taken?.values[i]]).toEqual([seen.at(-1), -(seen.at(-1) as number)])
      }
    }
    let next = 0
    for (const count of [5, 8_192, 1, 20_000, 0, 8_186, 3]) {
      const own = points(next, count)
      blocks.add(own, send)
      own.series.fill(0)
      next += count
    }
    send()
    expect(seen).toEqual(Array.from({ length: next }, (_, i) => i))
    expect(blocks.take()).toBeUndefined()
  })

  it('use memory again only once it was given back', () => {
    const blocks = new PointBlocks()
    const taken = [0, 1, 2].map((round) => {
      blocks.add(points(round * 10, 4), () => undefined)
      const own = blocks.take() as PointColumns
      if (round === 1) blocks.giveBack()
      return own
    })
    const [first, second, third] = taken.map(({ series }) => series.buffer)
    expect(second).not.toBe(first)
    expect(third).toBe(first)
    expect([...(taken[1]?.series ?? [])]).toEqual([10, 11, 12, 13])
  })
})
