import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { Group, groupRows } from './group.ts'

const width = 6
const rowsAll = 2_400
const faultFrom = 2_000

/** Six metrics that follow one load, each in its own unit, with noise of its own. */
function machine(
  seed: number,
  change: (row: number, metric: number, value: number) => number = (_r, _m, v) => v,
) {
  const random = seededRandom(seed)
  const gaussian = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  return Array.from({ length: rowsAll }, (_, row) => {
    const load = 10 + 3 * Math.sin((2 * Math.PI * row) / 288) + 0.3 * gaussian()
    return Array.from({ length: width }, (_, metric) =>
      change(row, metric, (metric + 1) * load + 0.4 * gaussian()),
    )
  })
}

function run(rows: readonly (readonly number[])[]) {
  const group = new Group(rows[0]?.length ?? 0)
  return rows.map((row) => ({ size: group.push(row), open: group.isOpen, ranking: [...group.ranking] }))
}

describe('several metrics of one thing', () => {
  it('are quiet on what they always do, and say nothing while young', () => {
    let told = 0
    for (let seed = 1; seed <= 5; seed += 1) {
      const judged = run(machine(seed))
      expect(judged.slice(0, groupRows).every(({ size }) => size === 0)).toBe(true)
      told += judged.filter(({ open }, row) => open && !judged[row - 1]?.open).length
    }
    expect(told).toBeLessThanOrEqual(5)
  })

  it('tell a fault of one metric, and name it among the first three', () => {
    for (let metric = 0; metric < width; metric += 1) {
      const faulty = (row: number, own: number, value: number) =>
        own === metric && row >= faultFrom && row < faultFrom + 30 ? value + 12 * (metric + 1) : value
      const judged = run(machine(40 + metric, faulty)).slice(faultFrom, faultFrom + 30)
      const first = judged.findIndex(({ open }) => open)
      expect(first, `metric ${metric}`).toBeGreaterThanOrEqual(0)
      expect(first, `metric ${metric}`).toBeLessThan(6)
      expect(judged[first]?.ranking, `metric ${metric}`).toContain(metric)
    }
  })

  it('tell a change that is small in each but comes in all at once', () => {
    const jump = (row: number, metric: number, value: number) =>
      row === faultFrom ? value + 2 * (metric + 1) : value
    const alone = (row: number, metric: number, value: number) =>
      metric === 2 ? jump(row, metric, value) : value
    expect(run(machine(7, jump))[faultFrom]?.size).toBeGreaterThan(1)
    expect(run(machine(7, alone))[faultFrom]?.size).toBeLessThan(0.8)
  })

  it('name first the metric that went first, where others follow', () => {
    const cascade = (row: number, metric: number, value: number) => {
      const lag = metric === 4 ? 0 : 8
      return row >= faultFrom + lag && row < faultFrom + 40 && metric >= 2 ? value + 15 * (metric + 1) : value
    }
    expect(run(machine(3, cascade))[faultFrom + 12]?.ranking[0]).toBe(4)
  })

  it('judge alike whatever the unit and the zero of each metric', () => {
    const rows = machine(11, (row, metric, value) => (row === faultFrom && metric === 1 ? value + 30 : value))
    const plain = run(rows)
    const other = run(rows.map((row) => row.map((value, metric) => 1e4 * metric - 0.25 * value)))
    plain.forEach(({ size, ranking }, row) => {
      expect(other[row]?.size).toBeCloseTo(size, 6)
      if (size >= 1) expect(other[row]?.ranking).toEqual(ranking)
    })
  })

  it('stay numbers and need the same memory, whatever comes', () => {
    const cell = fc.oneof(fc.double(), fc.constantFrom(0, 1e308, -1e308, Number.NaN), fc.integer({ max: 9 }))
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1 }), (rows) => {
        const group = new Group(3)
        const size = group.sizeBytes
        for (let i = 0; i < groupRows + 50; i += 1) {
          const told = group.push(rows[i % rows.length] as number[])
          if (!Number.isFinite(told) || told < 0) return false
        }
        return group.sizeBytes === size
      }),
      { numRuns: 30 },
    )
  })
})
