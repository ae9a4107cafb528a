import { describe, expect, it } from 'vitest'
import { must } from '../../../kernel/assert.ts'
import { isFault } from '../../../kernel/fault.ts'
import { Rig } from '../rig.suite.ts'

const event = (over: object = {}) => ({
  routing_key: 'samplekeyhere',
  event_action: 'trigger',
  dedup_key: 'samplekeyhere-cart',
  client: 'Sample Monitoring Service',
  client_url: 'https://monitoring.example.com',
  payload: {
    summary: 'Example alert on host1.example.com',
    timestamp: '2023-11-14T22:10:00.000+0000',
    source: 'monitoringtool:cloudvendor:central-region-dc-01:852559987:cluster/api-stats-prod-003',
    severity: 'info',
    component: 'postgres',
    group: 'prod-datapipe',
    class: 'deploy',
    custom_details: { 'ping time': '1500ms', 'load avg': 0.75 },
  },
  links: [{ href: 'https://example.com/', text: 'Link text' }],
  ...over,
})
async function send(rig: Rig, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const receiver = rig.ingest.receivers.find(({ path }) => path === '/v2/enqueue')
  const reply = await rig
    .send('/v2/enqueue', typeof body === 'string' ? body : JSON.stringify(body))
    .catch((error: unknown) => {
      if (isFault(error) && receiver?.refuse) return must(receiver.refuse(error, {}), 'a refusal')
      throw error
    })
  return { status: reply.status, body: JSON.parse(String(reply.body)) as Record<string, unknown> }
}
const stored = (rig: Rig) => [...rig.disk.alerts.values()]

describe('PagerDuty’s Events API', () => {
  it('takes a trigger, once per dedup_key however often it comes, and its resolve', async () => {
    const rig = await Rig.started()
    expect(await send(rig, event())).toEqual({
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: 'samplekeyhere-cart' },
    })
    await rig.clock.advance(60_000)
    await send(rig, event({ payload: { summary: 'Still', source: 'x', severity: 'critical' } }))
    expect(stored(rig)).toMatchObject([
      {
        source: 'pagerduty',
        severity: 'CRITICAL',
        status: 'FIRING',
        message: 'Still',
        starts_at: '2023-11-14T22:10:00.000Z',
      },
    ])
    const resolved = { routing_key: 'k', event_action: 'resolve', dedup_key: 'samplekeyhere-cart' }
    expect((await send(rig, resolved)).status).toBe(202)
    expect((await send(rig, resolved)).status).toBe(202)
    expect(stored(rig)).toMatchObject([{ status: 'RESOLVED', message: 'Still' }])
    await send(rig, event({ payload: { summary: 'Again', source: 'x', severity: 'error' } }))
    expect(stored(rig).map((a) => a.status)).toEqual(['RESOLVED', 'FIRING'])
    expect(rig.events.map((e) => e.event_type)).toEqual(['ALERT_FIRED', 'ALERT_RESOLVED', 'ALERT_FIRED'])
  })

  it('shows what it was told', async () => {
    const rig = await Rig.started()
    await send(rig, event())
    expect(stored(rig)).toMatchObject([
      {
        ...{ name: 'deploy', severity: 'INFO', entity: 'service/postgres' },
        labels: { alertname: 'deploy', severity: 'info', service: 'postgres', group: 'prod-datapipe' },
        annotations: { 'ping time': '1500ms', 'load avg': '0.75', dedup_key: 'samplekeyhere-cart' },
        generator_url: 'https://monitoring.example.com',
      },
    ])
  })

  it('notes an acknowledgement, and takes one of what is unknown as PagerDuty does', async () => {
    const rig = await Rig.started()
    const acknowledge = { routing_key: 'k', event_action: 'acknowledge', dedup_key: 'samplekeyhere-cart' }
    expect((await send(rig, acknowledge)).status).toBe(202)
    expect(stored(rig)).toEqual([])
    await send(rig, event())
    await send(rig, acknowledge)
    expect(stored(rig)).toMatchObject([
      { status: 'FIRING', annotations: { acknowledged_at: expect.any(String) } },
    ])
    expect(rig.events).toHaveLength(1)
  })

  it('makes a dedup_key where a trigger names none', async () => {
    const rig = await Rig.started()
    const first = await send(rig, event({ dedup_key: undefined }))
    const second = await send(rig, event({ dedup_key: undefined }))
    expect(first.body.dedup_key).toMatch(/^[0-9a-f]{32}$/)
    expect(second.body.dedup_key).not.toBe(first.body.dedup_key)
    await send(rig, { routing_key: 'k', event_action: 'resolve', dedup_key: first.body.dedup_key })
    expect(stored(rig).map((a) => a.status)).toEqual(['RESOLVED', 'FIRING'])
  })

  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'JSON'],
    ['no object', '[]', 'expected object'],
    ['no routing key', event({ routing_key: undefined }), 'routing_key'],
    ['an action that is none', event({ event_action: 'shout' }), 'event_action'],
    [
      'a resolve without a key',
      event({ event_action: 'resolve', dedup_key: undefined }),
      'dedup_key is required',
    ],
    ['no payload', event({ payload: undefined }), 'payload'],
    [
      'a severity that is none',
      event({ payload: { summary: 's', source: 's', severity: 'bad' } }),
      'payload.severity',
    ],
    [
      'a summary too long',
      event({ payload: { summary: 's'.repeat(1_025), source: 's', severity: 'info' } }),
      'payload.summary',
    ],
  ])('answers %s with 400 in its own form', async (_, body, words) => {
    const rig = await Rig.started()
    const answer = await send(rig, body)
    expect(answer).toMatchObject({
      status: 400,
      body: { status: 'invalid event', message: 'Event object is invalid' },
    })
    expect(JSON.stringify(answer.body.errors)).toContain(words)
    expect(stored(rig)).toEqual([])
  })

  it('finds the key in the body of a stranger, and none in what is no event', () => {
    const rig = new Rig()
    const receiver = rig.ingest.receivers.find(({ path }) => path === '/v2/enqueue')
    const keyIn = (body: string) =>
      receiver?.credential?.({ headers: {}, query: new URLSearchParams(), body: Buffer.from(body) })
    expect(keyIn(JSON.stringify(event()))).toBe('samplekeyhere')
    for (const body of ['', '{', 'null', '[]', '{"routing_key":5}', '\u00ff'])
      expect(keyIn(body)).toBeUndefined()
  })
})
