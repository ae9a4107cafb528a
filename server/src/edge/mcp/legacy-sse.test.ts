import { Client, SSEClientTransport } from '@modelcontextprotocol/client'
import { expect, onTestFinished, test } from 'vitest'
import { allTools, keyOf, openEdge } from '../../../../test/mcp/open-edge.ts'

const withKey = (name: string) => ({ headers: { authorization: `Bearer ${keyOf(name)}` } })

test('a host that knows only HTTP+SSE is served where that is switched on', async () => {
  const { url } = await openEdge({ keyed: true, config: { legacy_sse: true } })
  const host = new Client({ name: 'host', version: '1.0.0' })
  await host.connect(new SSEClientTransport(new URL(`${url}/mcp/sse`), { requestInit: withKey('operator') }))
  onTestFinished(() => host.close())
  expect((await host.listTools()).tools.length).toBeGreaterThan(allTools.length / 2)
  const result = await host.callTool({ name: 'list_incidents', arguments: {} })
  expect(result.structuredContent).toHaveProperty('incidents')
})

test('its stream belongs to who opened it, and ends with its reader', async () => {
  const { url } = await openEdge({ keyed: true, config: { legacy_sse: true } })
  const stop = new AbortController()
  const response = await fetch(`${url}/mcp/sse`, { ...withKey('viewer'), signal: stop.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const reader = response.body!.getReader()
  const [, path = ''] = /data: (\S+)/.exec(Buffer.from((await reader.read()).value!).toString()) ?? []
  const say = (name: string, body: string) => fetch(url + path, { ...withKey(name), method: 'POST', body })
  expect((await say('operator', '{"jsonrpc":"2.0","id":1,"method":"ping"}')).status).toBe(404)
  expect((await say('viewer', 'no JSON')).status).toBe(400)
  expect((await say('viewer', '{"jsonrpc":"2.0","id":1,"method":"ping"}')).status).toBe(202)
  expect(Buffer.from((await reader.read()).value!).toString()).toContain('"id":1')
  stop.abort()
  await expect
    .poll(async () => (await say('viewer', '{"jsonrpc":"2.0","id":2,"method":"ping"}')).status)
    .toBe(404)
})

test('switched off, which it is by default, the path says what to use', async () => {
  const { url } = await openEdge()
  const response = await fetch(`${url}/mcp/sse`)
  expect(response.status).toBe(404)
  expect(await response.text()).toContain('use POST /mcp')
})
