import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../kernel/clock.ts'
import { Rig } from '../rig.suite.ts'

const coded = (code: string) => expect.objectContaining({ code })
const headers = { 'content-type': 'application/json' }
const alert = (over: Record<string, unknown> = {}) => ({
  status: 'firing',
  labels: {
    alertname: 'HighLatency',
    severity: 'page',
    service: 'cart',
    ...((over.labels as object | undefined) ?? {}),
  },
  annotations: { summary: 'slow' },
  startsAt: '2026-01-01T02:00:00.123456789+02:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph',
  fingerprint: 'abc',
  ...Object.fromEntries(Object.entries(over).filter(([key]) => key !== 'labels')),
})
const webhook = (...alerts: unknown[]) =>
  JSON.stringify({
    version: '4',
    groupKey: '{}',
    status: 'firing',
    receiver: 'aiops',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: '',
    truncatedAlerts: 0,
    alerts,
  })
const send = (rig: Rig, body: string, cluster?: string) =>
  rig.send(
    cluster === undefined ? '/api/v1/alerts/webhook' : '/api/v1/alerts/webhook/{cluster_id}',
    body,
    headers,
    cluster === undefined ? {} : { cluster_id: cluster },
  )

describe('an Alertmanager webhook', () => {
  it('becomes a stored alert and one event', async () => {
    const rig = await Rig.started()
    expect(await send(rig, webhook(alert()))).toMatchObject({ status: 200 })
    const [stored] = [...rig.disk.alerts.values()]
    expect(stored).toMatchObject({
      tenant_id: 'default',
      fingerprint: 'abc',
      source: 'alertmanager',
      name: 'HighLatency',
      severity: 'HIGH',
      status: 'FIRING',
      message: 'slow',
      entity: 'service/cart',
      starts_at: '2026-01-01T00:00:00.123Z',
      ends_at: null,
      incident_id: null,
      generator_url: 'http://prometheus/graph',
    })
    expect(rig.events).toMatchObject([
      { event_type: 'ALERT_FIRED', source: 'ingest', tenant_id: 'default', payload: { id: stored?.id } },
    ])
    expect(rig.ingest.totals().alerts).toBe(1)
  })

  it('raises its events although the database went away as it took the alert, or its end', async () => {
    const rig = await Rig.started()
    rig.alertsUnheard = true
    await expect(send(rig, webhook(alert()))).rejects.toEqual(coded('STORAGE_UNAVAILABLE'))
    rig.alertsUnheard = false
    await send(rig, webhook(alert()))
    await rig.clock.advance(2_000)
    expect(rig.events.map((e) => e.event_type)).toEqual(['ALERT_FIRED'])
    const posted = [{ labels: { alertname: 'Brief' }, endsAt: isoTime(rig.clock.now() + 10_000) }]
    await rig.send('/api/v2/alerts', JSON.stringify(posted), headers)
    rig.alertsUnheard = true
    await rig.clock.advance(11_000)
    rig.alertsUnheard = false
    await rig.clock.advance(3_000)
    expect(rig.events.map((e) => e.event_type)).toEqual(['ALERT_FIRED', 'ALERT_FIRED', 'ALERT_RESOLVED'])
  })

  it('raises no event for a repeat, one when it is resolved, and one when it fires anew', async () => {
    const rig = await Rig.started()
    await send(rig, webhook(alert()))
    await send(rig, webhook(alert(), alert()))
    await send(rig, webhook(alert({ status: 'resolved', endsAt: '2026-01-01T01:00:00Z' })))
    await send(rig, webhook(alert({ status: 'resolved', endsAt: '2026-01-01T01:00:00Z' })))
    await send(rig, webhook(alert({ startsAt: '2026-01-02T00:00:00Z' })))
    expect(rig.events.map((e) => e.event_type)).toEqual(['ALERT_FIRED', 'ALERT_RESOLVED', 'ALERT_FIRED'])
    expect([...rig.disk.alerts.values()].map((a) => [a.status, a.ends_at])).toEqual([
      ['RESOLVED', '2026-01-01T01:00:00.000Z'],
      ['FIRING', null],
    ])
    expect(new Set(rig.events.map((e) => (e.payload as { id: string }).id)).size).toBe(2)
  })

  it('raises no event for a repeat after a restart', async () => {
    const rig = await Rig.started()
    await send(rig, webhook(alert()))
    const again = await rig.crash()
    await send(again, webhook(alert()))
    expect(again.events).toEqual([])
    await send(again, webhook(alert({ status: 'resolved' })))
    expect(again.events.map((e) => e.event_type)).toEqual(['ALERT_RESOLVED'])
  })

  it('keeps the same alert of two clusters apart', async () => {
    const rig = await Rig.started()
    await send(rig, webhook(alert()), 'east')
    await send(rig, webhook(alert()), 'west')
    const stored = [...rig.disk.alerts.values()]
    expect(stored.map((a) => a.labels.cluster)).toEqual(['east', 'west'])
    expect(rig.events.map((e) => e.cluster_id)).toEqual(['east', 'west'])
  })

  it('gives an alert without a fingerprint one that does not depend on the order of labels', async () => {
    const rig = await Rig.started()
    const labels = { a: '1', b: '2' }
    await send(rig, webhook({ ...alert(), fingerprint: undefined, labels }))
    await send(rig, webhook({ ...alert(), fingerprint: undefined, labels: { b: '2', a: '1' } }))
    await send(rig, webhook({ ...alert(), fingerprint: undefined, labels: { a: '12', b: '' } }))
    expect(new Set([...rig.disk.alerts.values()].map((a) => a.fingerprint)).size).toBe(2)
    expect([...rig.disk.alerts.values()][0]).toMatchObject({
      name: 'alert',
      severity: 'MEDIUM',
      message: 'slow',
    })
  })

  it.each<[string, string, string]>([
    ['another version', webhook(alert()).replace('"4"', '"3"'), 'VALIDATION_FAILED'],
    ['a status that is none', webhook(alert({ status: 'burning' })), 'VALIDATION_FAILED'],
    ['a start that is no time', webhook(alert({ startsAt: 'yesterday' })), 'VALIDATION_FAILED'],
    ['labels that are no strings', webhook(alert({ labels: { n: 5 } })), 'VALIDATION_FAILED'],
    ['labels that are a list', webhook({ ...alert(), labels: ['x'] }), 'VALIDATION_FAILED'],
    ['a label __proto__', webhook(alert()).replace('"service"', '"__proto__"'), 'INVALID_LABELS'],
    [
      'a label value that is too long',
      webhook(alert({ labels: { x: 'y'.repeat(5_000) } })),
      'INVALID_LABELS',
    ],
    ['too many alerts', webhook(...Array.from({ length: 1_001 }, () => alert())), 'VALIDATION_FAILED'],
  ])('with %s is refused whole', async (_, body, code) => {
    const rig = await Rig.started()
    await expect(send(rig, body)).rejects.toThrow(coded(code))
    await expect(
      send(
        rig,
        webhook(alert(), ...((JSON.parse(body) as { alerts: unknown[] }).alerts ?? [])).replace(
          /"4"/,
          JSON.stringify((JSON.parse(body) as { version: string }).version),
        ),
      ),
    ).rejects.toThrow()
    expect(rig.disk.alerts.size).toBe(0)
    expect(rig.events).toEqual([])
  })
})

describe('plain alerts', () => {
  const plain = (over: object = {}) => ({
    name: 'Disk',
    severity: 'critical',
    status: 'FIRING' as const,
    message: 'full',
    labels: { 'host.name': 'h' },
    annotations: {},
    ...over,
  })

  it('are stored and returned; without a start a repeat is the alert that fires already', async () => {
    const rig = await Rig.started()
    const [first] = await rig.ingest.acceptAlerts('default', 'mine', [plain()])
    await rig.clock.advance(60_000)
    const [second] = await rig.ingest.acceptAlerts('default', 'mine', [plain()])
    expect(second).toMatchObject({
      id: first?.id,
      starts_at: first?.starts_at,
      source: 'mine',
      severity: 'CRITICAL',
      entity: 'host/h',
    })
    const [third] = await rig.ingest.acceptAlerts('default', 'mine', [plain({ status: 'RESOLVED' })])
    expect(third).toMatchObject({
      id: first?.id,
      status: 'RESOLVED',
      ends_at: new Date(rig.clock.now()).toISOString(),
    })
    const [fourth] = await rig.ingest.acceptAlerts('default', 'mine', [plain()])
    expect(fourth?.id).not.toBe(first?.id)
    expect(rig.events.map((e) => e.event_type)).toEqual(['ALERT_FIRED', 'ALERT_RESOLVED', 'ALERT_FIRED'])
  })

  it('of one tenant are not those of another', async () => {
    const rig = await Rig.started()
    const [a] = await rig.ingest.acceptAlerts('default', 'mine', [plain()])
    const [b] = await rig.ingest.acceptAlerts('other', 'mine', [plain()])
    expect(a?.id).not.toBe(b?.id)
    expect(rig.events.map((e) => e.tenant_id)).toEqual(['default', 'other'])
  })
})
