import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { standardMessage } from './standard-webhook.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const notification = {
  ...{
    idempotencyKey: 'incident/i/INCIDENT_RESOLVED/2026-03-01T10:00:00.000Z',
    kind: 'INCIDENT_RESOLVED' as const,
  },
  ...{
    incident: { id: 'i', updated_at: '2026-03-01T10:00:00.000Z' } as never,
    sentence: 's',
    url: 'https://x/incidents/3',
  },
}
const nowMs = Date.parse('2026-03-01T10:00:07.900Z')

test('a message is formed and signed so that a receiver by the specification takes it', () => {
  const { body, headers } = standardMessage(notification, secret, nowMs)
  expect(JSON.parse(body)).toEqual({
    ...{ type: 'incident.resolved', timestamp: '2026-03-01T10:00:00.000Z' },
    data: {
      incident: { id: 'i', updated_at: '2026-03-01T10:00:00.000Z' },
      sentence: 's',
      url: 'https://x/incidents/3',
    },
  })
  expect(headers['webhook-timestamp']).toBe('1772359207')
  const key = Buffer.from(secret.slice(6), 'base64')
  const signed = createHmac('sha256', key)
    .update(`${headers['webhook-id']}.1772359207.${body}`)
    .digest('base64')
  expect(headers['webhook-signature']).toBe(`v1,${signed}`)
})

test('the example of the specification comes out as it says', () => {
  const [id, seconds, body] = ['msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330', '{"test": 2432232314}']
  const signed = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`${id}.${seconds}.${body}`)
    .digest('base64')
  expect(signed).toBe('g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('its id is the same for each attempt, and holds nothing that parts are signed with', () => {
  const [first, later] = [nowMs, nowMs + 60_000].map(
    (timeMs) => standardMessage(notification, 'plain', timeMs).headers,
  )
  expect(later!['webhook-id']).toBe(first!['webhook-id'])
  expect(first!['webhook-id']).toMatch(/^msg_[0-9a-f]{32}$/)
  expect(later!['webhook-signature']).not.toBe(first!['webhook-signature'])
})
