import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { Rig } from '../rig.suite.ts'

const json = { 'content-type': 'application/json' }
type Sender = { path: string; headers: Record<string, string>; wrap: (alert: unknown) => unknown }
const senders: Record<string, Sender> = {
  'the Alertmanager webhook': {
    path: '/api/v1/alerts/webhook',
    headers: json,
    wrap: (alert) => ({
      version: '4',
      alerts: [{ status: 'firing', startsAt: '2026-01-01T00:00:00Z', annotations: {}, ...(alert as object) }],
    }),
  },
  'the Alertmanager API': { path: '/api/v2/alerts', headers: json, wrap: (alert) => [alert] },
  'PagerDuty’s Events API': {
    path: '/v2/enqueue',
    headers: json,
    wrap: (alert) => ({
      routing_key: 'k',
      event_action: 'trigger',
      payload: {
        summary: 's',
        source: 's',
        severity: 'info',
        custom_details: (alert as { labels: unknown }).labels,
      },
    }),
  },
  CloudEvents: {
    path: '/api/v1/events/cloudevents',
    headers: { 'content-type': 'application/cloudevents+json' },
    wrap: (alert) => ({ specversion: '1.0', id: '1', source: '/s', type: 'alert', data: alert }),
  },
}
const words = [
  'alerts',
  'status',
  'firing',
  'labels',
  'annotations',
  'startsAt',
  'endsAt',
  'alertname',
  'payload',
  'routing_key',
  'event_action',
  'trigger',
  'specversion',
  'data',
  '__proto__',
  'constructor',
  'toString',
]
const key = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 }))
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.constantFrom(...words),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs)),
}))

describe.each(Object.entries(senders))('%s', (_, { path, headers, wrap }) => {
  const outcome = async (rig: Rig, body: string | Buffer): Promise<number> => {
    try {
      return (await rig.send(path, body, headers)).status
    } catch (error) {
      if (isFault(error)) return error.status
      throw error
    }
  }

  it('answers whatever JSON it gets, and any bytes, with success or a fault of the sender', async () => {
    const rig = await Rig.started()
    const labels = fc.record({ labels: value }, { requiredKeys: [] })
    const body = fc.oneof(
      value.map((sent) => JSON.stringify(sent) ?? ''),
      labels.map((alert) => JSON.stringify(wrap(alert))),
      fc.string(),
      fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    )
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const status = await outcome(rig, sent)
        expect(status >= 200 && status < 500).toBe(true)
      }),
      { numRuns: 300 },
    )
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('refuses ten thousand labels, a value of a megabyte, and names that reach a prototype, or keeps them out of what it stores', async () => {
    const rig = await Rig.started()
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`l${i}`, 'v']))
    const proto = JSON.parse('{"__proto__":"x","constructor":"y"}') as object
    for (const labels of [many, { l: 'v'.repeat(1_000_000) }, proto])
      await outcome(rig, JSON.stringify(wrap({ name: 'a', labels })))
    for (const { labels, annotations } of rig.disk.alerts.values()) {
      expect(Object.keys(labels).length).toBeLessThanOrEqual(64)
      expect(JSON.stringify([labels, annotations]).length).toBeLessThan(200_000)
      expect(Object.keys(labels)).not.toContain('__proto__')
    }
  })

  it('takes the next good request all the same', async () => {
    const rig = await Rig.started()
    await outcome(rig, '{')
    expect(await outcome(rig, JSON.stringify(wrap({ labels: { alertname: 'Fine' } })))).toBeLessThan(300)
    expect(rig.disk.alerts.size).toBe(1)
  })
})
