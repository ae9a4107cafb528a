import { describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { isoTime } from '../../../kernel/clock.ts'
import { labelTest } from '../../../kernel/matcher.ts'
import { alertAt, anomalyAt, ended, resolvedAt, t0 } from '../core/example.suite.ts'
import { labelsOfAlert } from './signal-labels.ts'
import { previewSilence } from './silence-preview.ts'

const hourMs = 3_600_000

describe('a preview of a silence', () => {
  it('counts what goes on and what was there in seven days, by the rule that the silence itself goes by', async () => {
    const records = await openSqliteRecordStore(':memory:')
    const alerts = Array.from({ length: 60 }, (_, n) => {
      const atMs = t0 - n * 6 * hourMs
      const alert = alertAt('service/cart', {
        ...{ id: `a${n}`, fingerprint: `f${n}`, atMs, name: n % 2 ? 'Slow' : 'Down' },
        labels: n % 3 === 0 ? { env: 'prod' } : n % 3 === 1 ? { env: 'test', alertname: 'Own' } : {},
        received_at: isoTime(atMs),
      })
      return n % 5 === 0 ? alert : resolvedAt(alert, atMs + 1)
    })
    await records.alerts.upsertAll(alerts)
    const anomaly = anomalyAt('service/cart', { atMs: t0 })
    await records.anomalies.save(anomaly)
    await records.anomalies.save(ended(anomalyAt('service/cart', { atMs: t0 - hourMs }), t0))
    for (const matchers of [
      [{ name: 'env', op: '=' as const, value: 'prod' }],
      [{ name: 'env', op: '=' as const, value: '' }],
      [{ name: 'alertname', op: '=' as const, value: 'Slow' }],
      [
        { name: 'env', op: '!=' as const, value: 'test' },
        { name: 'alertname', op: '=~' as const, value: 'D.*|Own' },
      ],
    ]) {
      const found = await previewSilence(records, 'default', matchers, t0, 1_000)
      const test = labelTest(matchers)
      const fits = alerts.filter((alert) => test(labelsOfAlert(alert)))
      const recent = fits.filter(({ received_at }) => Date.parse(received_at) >= t0 - 7 * 24 * hourMs)
      expect(found.now.alerts).toBe(fits.filter(({ status }) => status === 'FIRING').length)
      expect(found.last_7_days.alerts).toBe(recent.length)
      expect(found.last_7_days.alert_examples.length).toBe(Math.min(20, recent.length))
      expect(found.truncated).toBe(false)
    }
    const service = await previewSilence(
      records,
      'default',
      [{ name: 'service_name', op: '=', value: 'cart' }],
      t0 + 10_000,
      1_000,
    )
    expect([service.now.anomalies, service.last_7_days.anomalies]).toEqual([1, 2])
    const few = await previewSilence(records, 'default', [{ name: 'env', op: '!=', value: 'x' }], t0, 10)
    expect([few.truncated, few.last_7_days.alerts]).toEqual([true, 10])
    await expect(
      previewSilence(records, 'default', [{ name: 'a', op: '=~', value: '(' }], t0, 10),
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(
      (await previewSilence(records, 'other', [{ name: 'env', op: '=', value: '' }], t0, 10)).now.alerts,
    ).toBe(0)
    await records.close()
  })
})
