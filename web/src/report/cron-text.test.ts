import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cronText, nextRuns, readCron } from './cron-text.ts'

const said = (text: string): string | undefined => {
  const cron = readCron(text)
  return cron && cronText(cron)
}
const next = (text: string, from: string, count = 1): string[] => {
  const cron = readCron(text)
  return cron ? nextRuns(cron, Date.parse(from), count).map((at) => new Date(at).toISOString()) : []
}

describe('a schedule in words', () => {
  it.each([
    ['0 7 * * 1', 'Mondays at 07:00 UTC'],
    ['0 7 * * mon-fri', 'On weekdays at 07:00 UTC'],
    ['30 6 * * *', 'Every day at 06:30 UTC'],
    ['0 8,20 * * 0', 'Sundays at 08:00 and 20:00 UTC'],
    ['0 8 * * 7,3', 'Wednesdays and Sundays at 08:00 UTC'],
    ['0 6 1 * *', 'On the 1st of the month at 06:00 UTC'],
    ['0 6 1,15 jan,jul *', 'On the 1st and 15th of the month in January and July at 06:00 UTC'],
    ['15 * * * *', 'Every hour at 15 past, UTC'],
    ['0 */2 * * *', 'Every 2 hours at 00 past, UTC'],
    ['*/15 * * * *', 'Every 15 minutes'],
    ['0 */6 * * 1', 'Mondays at 00:00, 06:00, 12:00 and 18:00 UTC'],
  ])('%s is said', (text, words) => expect(said(text)).toBe(words))

  it.each(['0 7 1 * 1', '1-40 1-9 * * *'])('%s is left as it is', (text) => {
    expect(readCron(text)).toBeDefined()
    expect(said(text)).toBeUndefined()
  })

  it.each([
    '',
    '0 7 * *',
    '0 7 * * 1 2026',
    '60 7 * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '5-1 * * * *',
    '* * * * x',
    '*/0 * * * *',
  ])('"%s" is no schedule', (text) => expect(readCron(text)).toBeUndefined())

  it('reads any text without failing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(fc.constantFrom('*', '5', '1-3', '*/2', 'mon', ','), { minLength: 5, maxLength: 5 })
            .map((a) => a.join(' ')),
        ),
        (text) => {
          const cron = readCron(text)
          if (cron) cronText(cron)
        },
      ),
    )
  })
})

describe('the next runs', () => {
  it('come after the moment, on the days that fit', () => {
    expect(next('0 7 * * 1', '2026-11-21T15:00:00Z', 2)).toEqual([
      '2026-11-23T07:00:00.000Z',
      '2026-11-30T07:00:00.000Z',
    ])
    expect(next('0 7 * * *', '2026-11-21T07:00:00Z')).toEqual(['2026-11-22T07:00:00.000Z'])
    expect(next('0 0 29 2 *', '2026-11-21T07:00:00Z')).toEqual(['2028-02-29T00:00:00.000Z'])
    expect(next('0 0 31 2 *', '2026-11-21T07:00:00Z')).toEqual([])
  })

  it('fit either day where both are given', () => {
    expect(next('0 0 24 * 1', '2026-11-21T07:00:00Z', 3)).toEqual([
      '2026-11-23T00:00:00.000Z',
      '2026-11-24T00:00:00.000Z',
      '2026-11-30T00:00:00.000Z',
    ])
  })
})
