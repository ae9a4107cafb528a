import { describe, expect, it } from 'vitest'
import { csvRows } from './csv.ts'
import { figuresOf } from './detect-figure.ts'
import { eventScore, stretchesOf } from './event-score.ts'
import { isReached } from './figure.ts'
import { groupScore } from './group-score.ts'
import { nabPlace, nabScore } from './nab-score.ts'

const stamp = (row: number): string =>
  new Date(Date.UTC(2024, 0, 1) + row * 300_000).toISOString().slice(0, 19).replace('T', ' ')
const rows = 200
const window = [100, 119] as const

/** 200 rows of five minutes, one labelled window, probation 30 rows; a score of 1 in the given rows. */
function scored(alarms: readonly number[], score = 1) {
  const stamps = Array.from({ length: rows }, (_, row) => stamp(row))
  const place = nabPlace({
    name: 'a',
    stamps,
    windows: [[`${stamp(window[0])}.000000`, `${stamp(window[1])}.000000`]],
  })
  return { ...place, scores: stamps.map((_, row) => (alarms.includes(row) ? score : 0)) }
}

describe('the score of the Numenta benchmark', () => {
  it('is 0 for silence, 100 for an alarm in the first row of the window, and less the later it comes', () => {
    expect(nabScore([scored([])], 'standard', 0.5).score).toBe(0)
    const early = nabScore([scored([100])], 'standard', 0.5).score
    expect(early).toBeCloseTo(100, 6)
    const late = nabScore([scored([118])], 'standard', 0.5).score
    expect(late).toBeLessThan(early)
    expect(late).toBeGreaterThan(50)
  })

  it('takes away for alarms elsewhere, twice as much where false alarms weigh, and nothing in the first rows', () => {
    const of = (alarms: number[], profile: 'standard' | 'low_fp') =>
      nabScore([scored(alarms)], profile, 0.5).score
    expect(of([50, 100], 'standard')).toBeCloseTo(100 - 11 / 2, 6)
    expect(of([50, 100], 'low_fp')).toBeCloseTo(100 - 22 / 2, 6)
    expect(of([10, 100], 'low_fp')).toBeCloseTo(100, 6)
  })

  it('counts false alarms close together as one episode, and finds the threshold that scores best', () => {
    expect(nabScore([scored([50, 55, 60, 90])], 'standard', 0.5)).toMatchObject({
      falseEpisodes: 2,
      detected: 0,
      windows: 1,
    })
    const file = scored([100], 0.9)
    file.scores[50] = 0.3
    expect(nabScore([file], 'standard')).toMatchObject({ threshold: 0.9, falseEpisodes: 0 })
  })
})

describe('events', () => {
  const labels = [0, 1, 1, 0, 0, 0, 1, 0]
  it('are found by one marked row, and episodes are false without one labelled row', () => {
    expect(eventScore(labels, [0, 0, 1, 1, 0, 1, 0, 0])).toMatchObject({
      ...{ events: 2, found: 1, episodes: 2, falseEpisodes: 1 },
      ...{ eventF1: 0.5, compositeF1: (2 * 0.5 * (1 / 3)) / (0.5 + 1 / 3) },
    })
  })
  it('that nobody marked score nothing, and neither do marks without events', () => {
    expect(eventScore(labels, new Uint8Array(8))).toMatchObject({ eventF1: 0, compositeF1: 0 })
    expect(eventScore(new Uint8Array(8), labels)).toMatchObject({ eventF1: 0, falseEpisodes: 2 })
    expect(stretchesOf([])).toEqual([])
  })
})

it('lines are grouped rightly where a group is exactly the true one', () => {
  expect(groupScore(['a', 'a', 'b', 'c'], [1, 1, 2, 2])).toMatchObject({ ga: 0.5, fga: (2 * 1) / 5 })
  expect(groupScore(['a', 'b'], ['x', 'y'])).toMatchObject({ ga: 1, fga: 1 })
})

it('tables hold quoted cells with commas, doubled quotes and line ends', () => {
  expect(csvRows('\ufeffa,b\r\n"1,2","say ""x""\nthere"\n')).toEqual([
    ['a', 'b'],
    ['1,2', 'say "x"\nthere'],
  ])
})

it('a figure that was not measured is left out, and one that has nothing to reach is neither reached nor missed', () => {
  expect(figuresOf({ missing: [] })).toEqual([])
  expect(isReached({ measure: '', value: 1, shown: '', reference: '' })).toBeUndefined()
  expect(isReached({ measure: '', value: 1, shown: '', reference: '', atMost: 0.5 })).toBe(false)
})
