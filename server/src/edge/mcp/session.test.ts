import { setTimeout as sleep } from 'node:timers/promises'
import { exampleOf } from '@aiops/contract/example'
import { Incident } from '@aiops/contract/model/incident'
import { describe, expect, test } from 'vitest'
import { connectHost, keyOf, openEdge } from '../../../../test/mcp/open-edge.ts'

const initialize = {
  ...{ jsonrpc: '2.0', id: 0, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'host', version: '1' } },
}
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }

const post = (mcp: string, key: string, body: unknown, session?: string): Promise<Response> =>
  fetch(mcp, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      ...{ authorization: `Bearer ${keyOf(key)}`, ...(session ? { 'mcp-session-id': session } : {}) },
    },
    body: JSON.stringify(body),
  })

async function open(mcp: string, key: string): Promise<string | null> {
  const response = await post(mcp, key, initialize)
  await response.text()
  expect(response.status).toBe(200)
  return response.headers.get('mcp-session-id')
}

describe('a session of revision 2025-11-25', () => {
  test('belongs to who opened it: for others it does not exist', async () => {
    const { mcp } = await openEdge({ keyed: true })
    const session = (await open(mcp, 'viewer')) ?? ''
    expect(session).toMatch(/^[\w-]{32}$/)
    expect((await post(mcp, 'viewer', list, session)).status).toBe(200)
    expect((await post(mcp, 'operator', list, session)).status).toBe(404)
    expect((await post(mcp, 'stranger', list, session)).status).toBe(404)
  })

  test('ends when its host says so', async () => {
    const { mcp } = await openEdge({ keyed: true })
    const session = (await open(mcp, 'viewer')) ?? ''
    const headers = { authorization: `Bearer ${keyOf('viewer')}`, 'mcp-session-id': session }
    expect((await fetch(mcp, { method: 'DELETE', headers })).status).toBe(200)
    expect((await post(mcp, 'viewer', list, session)).status).toBe(404)
  })

  test('is not given where there is no room: the host is served without one', async () => {
    const { mcp } = await openEdge({ keyed: true, config: { sessions_max: 0 } })
    expect(await open(mcp, 'viewer')).toBeNull()
    expect((await post(mcp, 'viewer', list)).status).toBe(200)
  })

  test('of one caller make room for its next, never for those of others', async () => {
    const { mcp } = await openEdge({ keyed: true })
    const other = (await open(mcp, 'operator')) ?? ''
    const first = (await open(mcp, 'viewer')) ?? ''
    for (let i = 0; i < 20; i++) await open(mcp, 'viewer')
    expect((await post(mcp, 'viewer', list, first)).status).toBe(404)
    expect((await post(mcp, 'operator', list, other)).status).toBe(200)
  })
})

describe('what changed is told to hosts that listen', () => {
  test('in a session: those who watch the resource, in its tenant', async () => {
    const { mcp, edge } = await openEdge({ keyed: true })
    const [host, stranger] = await Promise.all([
      connectHost(mcp, 'legacy', { key: keyOf('operator') }),
      connectHost(mcp, 'legacy', { key: keyOf('stranger') }),
    ])
    const [heard, other]: [string[], string[]] = [[], []]
    host.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void heard.push(params.uri),
    )
    stranger.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void other.push(params.uri),
    )
    const uri = 'aiops://incidents/7'
    await Promise.all([host.subscribeResource({ uri }), stranger.subscribeResource({ uri })])
    // The stream of a session opens after its first answers.
    for (let i = 0; i < 100 && heard.length === 0; i++) {
      edge.changed('default', { kind: 'resource', uri: 'aiops://incidents/8' })
      edge.changed('default', { kind: 'resource', uri })
      await sleep(20)
    }
    expect(new Set(heard)).toEqual(new Set([uri]))
    expect(other).toEqual([])
  })

  test('by subscriptions/listen: an incident that changes, in its tenant', async () => {
    const { mcp, bus } = await openEdge({ keyed: true })
    const mode = { pin: '2026-07-28' } as const
    const host = await connectHost(mcp, mode, { key: keyOf('operator') })
    const heard: string[] = []
    host.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void heard.push(params.uri),
    )
    const uri = 'aiops://incidents/7'
    const subscription = await host.listen({ resourceSubscriptions: [uri] })
    for (const tenant_id of ['shop', 'default'])
      bus.publish('events', {
        ...{ event_id: '1', event_type: 'INCIDENT_UPDATED', source: 'correlate', tenant_id },
        ...{
          timestamp: '2026-01-01T00:00:00.000Z',
          payload: { ...(exampleOf(Incident) as Incident), id: '7' },
        },
      })
    await expect.poll(() => heard).toEqual([uri])
    await subscription.close()
  })
})
