import { describe, expect, test } from 'vitest'
import { answered, entityRef, minutesAgo, type Said, situationOf, textOf } from '../found.suite.ts'
import { forecast } from './forecast.ts'
import { fact, found, now } from './metric-found.suite.ts'

describe('a forecast', () => {
  const disk = entityRef('NODE', 'n3')
  const free = fact('node_filesystem_avail_bytes', {
    ...{ labels: ['mountpoint', 'node'], entity_matchers: [{ label: 'node', op: '=', value: 'n3' }] },
  })
  const situation = situationOf('FORECAST', {
    ...{ text: 'When will the disk of n3 be full?', entities: [disk] },
    slots: { metric: { aspect: 'DISK', names: [], text: 'disk' } },
  })
  const course = (more: object): Said => ({
    ...{ tool: 'forecast_metric', input: { query: 'q' } },
    output: {
      forecasts: [
        {
          ...{
            cluster_id: 'local',
            cluster_name: 'local',
            labels: { mountpoint: '/var' },
            points: 121,
            last: 6 * 2 ** 30,
          },
          ...{
            last_at: now,
            direction: 'NONE',
            change_per_hour: 0,
            change_per_hour_low: 0,
            change_per_hour_high: 0,
          },
          ...{ noise: 0, reaches_at: null, reaches_in_seconds: null, earliest_at: null, latest_at: null },
          ...{ past_error: null, note: 'It moves no more than its own noise.' },
          ...more,
        },
      ],
      ...{ total: 1, level: 0, missing: [], start: minutesAgo(120), at: now },
    },
  })

  test('says when, how sure, and how it would have done', () => {
    const falling = {
      ...{
        direction: 'FALLING',
        change_per_hour: -17 * 2 ** 30,
        reaches_at: minutesAgo(-21),
        reaches_in_seconds: 1_260,
      },
      ...{ earliest_at: minutesAgo(-18), latest_at: minutesAgo(-25) },
      past_error: { error: 2 ** 30, naive_error: 2 ** 31, points: 40 },
    }
    const { draft, made } = answered(forecast, situation, [found([free]), course(falling)])
    expect(draft.claims[0]?.text).toBe(
      'The disk /var of n3 will be full at about 14:52 UTC, in 21 min, if it goes on like this.',
    )
    expect(textOf(draft)).toContain(
      'At the earliest 14:49 UTC, in 18 min, and at the latest 14:56 UTC, in 25 min.',
    )
    expect(textOf(draft)).toContain('was off by 1 GiB')
    expect(made[1]?.input).toMatchObject({
      level: 0,
      query: 'min by (mountpoint) (node_filesystem_avail_bytes{node="n3"})',
    })
  })

  test('of what is past the level already says so instead of "no"', () => {
    const size = { ...free, name: 'node_filesystem_size_bytes' }
    const text = 'When will the disk of n3 reach 90 %?'
    const { draft, made } = answered(forecast, { ...situation, question: { ...situation.question, text } }, [
      found([free, size]),
      course({ last: 0.94 }),
    ])
    expect(made[1]?.input).toMatchObject({ level: 0.9 })
    expect(draft.claims[0]?.text).toBe('The disk /var of n3 is at 90 % or beyond already: 94 %.')
  })

  test('names no moment where there is no trend', () => {
    const { draft } = answered(forecast, situation, [found([free]), course({})])
    expect(draft.claims[0]?.text).toBe(
      'No, not on its present course: the disk /var of n3 is steady at 6 GiB free.',
    )
    expect(textOf(draft)).not.toMatch(/will be full/)
  })
})
