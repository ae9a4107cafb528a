import { describe, expect, it } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import type { QueryRange } from '../course.ts'
import { adviceOf } from './advice.ts'
import { capacityPlanOf } from './capacity-plan.ts'

const dayMs = 86_400_000
const nowMs = 20_000 * dayMs
const wave = (i: number): number => 0.002 * (((i * 7_919) % 101) / 50 - 1)
type Told = { labels: Record<string, string>; at(daysAgo: number): number }

/** Answers the queries that name one of these metrics. */
const store =
  (told: Record<string, Told[]>): QueryRange =>
  async (_tenant, promql, startMs, endMs, stepMs) => {
    const [, series = []] = Object.entries(told).find(([metric]) => promql.startsWith(metric)) ?? []
    const timesMs = Array.from(
      { length: Math.floor((endMs - startMs) / stepMs) + 1 },
      (_, i) => startMs + i * stepMs,
    )
    return series.map(({ labels, at }) => ({
      ...{ labels, timesMs },
      values: timesMs.map(
        (timeMs, i) => at((nowMs - timeMs) / dayMs) + (promql.includes('expiry') ? 0 : wave(i)),
      ),
    }))
  }
const planOf = (queryRange: QueryRange) =>
  capacityPlanOf({ queryRange, breathe: async () => {} }, 'default', {
    ...{ nowMs, horizonMs: 180 * dayMs, seriesMax: 50 },
  })
const disks = '1 - node_filesystem_avail_bytes'

describe('a capacity plan', () => {
  it('has use, trend and days to 80 % and to full of what fills up, the most urgent first', async () => {
    const { rows } = await planOf(
      store({
        [disks]: [
          { labels: { mountpoint: '/calm', instance: 'a' }, at: () => 0.3 },
          { labels: { mountpoint: '/data', instance: 'a' }, at: (daysAgo) => 0.6 - 0.01 * daysAgo },
          { labels: { mountpoint: '/full', instance: 'a' }, at: () => 0.9 },
        ],
        node_filesystem_size_bytes: [{ labels: { mountpoint: '/data', instance: 'a' }, at: () => 1e12 }],
      }),
    )
    expect(rows.map(({ name, advice }) => [name, advice])).toEqual([
      ['/full of a', 'SCALE'],
      ['/data of a', 'PROCURE'],
      ['/calm of a', 'OK'],
    ])
    const data = rows[1]!
    expect(data.trend_per_day?.mid).toBeCloseTo(0.01, 3)
    expect(data.trend_per_day?.significant).toBe(true)
    expect(data.days_to_80?.p50).toBeGreaterThan(17)
    expect(data.days_to_80?.p50).toBeLessThan(23)
    expect(data.days_to_full?.p50).toBeGreaterThan(35)
    expect(data.used_amount).toBeCloseTo(6e11, -10)
    expect(data.reason).toMatch(/^60 % in use; 80 % in about \d+ days/)
    expect(rows[0]?.days_to_80).toEqual({ p10: 0, p50: 0, p90: 0 })
  })

  it('says when certificates end, without foretelling', async () => {
    const endsS = (nowMs + 12 * dayMs) / 1_000
    const { rows } = await planOf(
      store({ probe_ssl_earliest_cert_expiry: [{ labels: { instance: 'https://shop' }, at: () => endsS }] }),
    )
    expect(rows).toMatchObject([
      {
        kind: 'CERTIFICATE',
        advice: 'RENEW',
        reason: 'It ends in 12 days.',
        name: 'https://shop',
        method: null,
      },
    ])
    expect(rows[0]?.days_to_full?.p50).toBeCloseTo(12, 6)
  })

  it('says what nobody sends, and what could not be asked', async () => {
    const empty = await planOf(store({}))
    expect(empty.rows).toEqual([])
    expect(empty.unknown.map(({ kind }) => kind)).toContain('DISK')
    expect(empty.unknown.find(({ kind }) => kind === 'QUOTA')).toMatchObject({
      reason: 'Nobody sends any of these metrics.',
      looked_for: ['kube_resourcequota'],
    })
    const broken = await planOf(async () => {
      throw new Fault('QUERY_TIMEOUT', 'It took too long.')
    })
    expect(broken.unknown[0]?.reason).toBe('It could not be asked about.')
    expect(broken.notices[0]).toBe('DISK: It took too long.')
  })

  it('does not advise where the course is not known', () => {
    const row = {
      kind: 'DISK',
      used: 0.4,
      days_to_80: null,
      days_to_full: null,
      trend_per_day: null,
      history_days: 7,
      horizon_days: 0,
    }
    expect(adviceOf(row as Parameters<typeof adviceOf>[0], 'There are 3 values.')).toEqual({
      advice: 'UNKNOWN',
      reason: '40 % in use; where it is heading is not known: There are 3 values.',
    })
  })

  it('advises from less than a week only on what comes sooner than that, and says how much there is of it', () => {
    const days = { p10: 5, p50: 10, p90: 20 }
    const adviceAt = (used: number, historyDays: number, full = days) =>
      adviceOf(
        {
          ...{ kind: 'DISK', used, days_to_80: full, days_to_full: full, trend_per_day: null },
          ...{ history_days: historyDays, horizon_days: historyDays * 12 },
        },
        undefined,
      )
    const told = [7 / 1_440, 1.5, 6.99, 7].map((historyDays) => adviceAt(0.4, historyDays))
    expect(told.map(({ advice }) => advice)).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'PROCURE'])
    expect(told.slice(0, 3).map(({ reason }) => reason)).toEqual([
      '40 % in use; not enough history yet: 7 min of 7 days.',
      '40 % in use; not enough history yet: 36 h of 7 days.',
      '40 % in use; not enough history yet: 6 days of 7 days.',
    ])
    expect(adviceAt(0.4, 1.5, { p10: 0.5, p50: 1, p90: 2 }).advice).toBe('PROCURE')
    expect(adviceAt(0.9, 0.01)).toEqual({ advice: 'SCALE', reason: '90 % in use, which is over 70 %.' })
  })
})
