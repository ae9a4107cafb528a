import { describe, expect, it } from 'vitest'
import { Rig } from '../rig.suite.ts'

const headers = { 'content-type': 'application/json' }
const path = '/api/v2/alerts'
const startsAt = new Date(1_700_000_000_000).toISOString()
const alert = (over: object = {}) => JSON.stringify([{ labels: { alertname: 'Slow' }, startsAt, ...over }])
const stored = (rig: Rig) => [...rig.disk.alerts.values()]
const told = (rig: Rig) => rig.events.map((event) => event.event_type)

describe('an alert whose sender falls silent', () => {
  it('resolves when its resolve timeout is over, and no sooner', async () => {
    const rig = await Rig.started({ config: { alert_resolve_timeout: '2m' } })
    await rig.send(path, alert(), headers)
    await rig.clock.advance(60_000)
    await rig.send(path, alert(), headers)
    await rig.clock.advance(119_000)
    expect(told(rig)).toEqual(['ALERT_FIRED'])
    await rig.clock.advance(2_000)
    expect(told(rig)).toEqual(['ALERT_FIRED', 'ALERT_RESOLVED'])
    expect(stored(rig)).toMatchObject([{ status: 'RESOLVED', ends_at: '2023-11-14T22:16:20.000Z' }])
  })

  it('resolves after a restart too', async () => {
    const rig = await Rig.started()
    await rig.send(path, alert(), headers)
    await rig.clock.advance(200_000)
    await rig.ingest.stop()
    const again = await rig.crash()
    await again.clock.advance(99_000)
    expect(told(again)).toEqual([])
    await again.clock.advance(2_000)
    expect(told(again)).toEqual(['ALERT_RESOLVED'])
  })

  it('does not resolve because nobody could be told while the program was away', async () => {
    const rig = await Rig.started()
    await rig.send(path, alert(), headers)
    await rig.ingest.stop()
    await rig.clock.advance(3_600_000)
    const again = await rig.crash()
    await again.clock.advance(60_000)
    await again.send(path, alert(), headers)
    await again.clock.advance(260_000)
    await again.send(path, alert(), headers)
    await again.clock.advance(60_000)
    expect(told(again)).toEqual([])
    expect(stored(again)).toMatchObject([{ status: 'FIRING' }])
    await again.clock.advance(241_000)
    expect(told(again)).toEqual(['ALERT_RESOLVED'])
  })

  it('resolves then, where it is not repeated soon', async () => {
    const rig = await Rig.started()
    await rig.send(path, alert(), headers)
    await rig.ingest.stop()
    await rig.clock.advance(3_600_000)
    const again = await rig.crash()
    await again.clock.advance(299_000)
    expect(told(again)).toEqual([])
    await again.clock.advance(2_000)
    expect(told(again)).toEqual(['ALERT_RESOLVED'])
    expect(stored(again)[0]?.ends_at).toBe('2023-11-14T22:18:20.000Z')
  })

  it('of a webhook never resolves by itself', async () => {
    const rig = await Rig.started()
    const fired = {
      status: 'firing',
      labels: { alertname: 'A' },
      annotations: {},
      startsAt,
      fingerprint: 'f',
    }
    await rig.send('/api/v1/alerts/webhook', JSON.stringify({ version: '4', alerts: [fired] }), headers)
    await rig.clock.advance(86_400_000)
    expect(told(rig)).toEqual(['ALERT_FIRED'])
  })
})

describe('an alert that comes both straight from Prometheus and through an Alertmanager', () => {
  it('is one', async () => {
    const rig = await Rig.started()
    const endsAt = new Date(rig.clock.now() + 240_000).toISOString()
    await rig.send(path, JSON.stringify([{ labels: { foo: 'bar' }, startsAt, endsAt }]), headers)
    // FNV-1a of foo, 0xff, bar, 0xff, as Alertmanager would write it.
    const fingerprint = '3fff2c2d7595e046'
    const fired = { status: 'firing', labels: { foo: 'bar' }, annotations: {}, startsAt, fingerprint }
    await rig.send('/api/v1/alerts/webhook', JSON.stringify({ version: '4', alerts: [fired] }), headers)
    expect(stored(rig)).toMatchObject([{ fingerprint }])
    expect(told(rig)).toEqual(['ALERT_FIRED'])
  })
})
