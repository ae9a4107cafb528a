import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connectHost, eras, keyOf, openEdge, rawGet } from '../../../../test/mcp/open-edge.ts'

const listing = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...headers,
  },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

describe('who may speak to /mcp', () => {
  test('without a key where keys are asked for, the answer names where the resource is described', async () => {
    const { mcp, url } = await openEdge({ keyed: true })
    const response = await fetch(mcp, post(listing))
    expect(response.status).toBe(401)
    const challenge = response.headers.get('www-authenticate') ?? ''
    expect(challenge).toContain(`resource_metadata="${url}/.well-known/oauth-protected-resource/mcp"`)
    for (const path of [
      '/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource/mcp',
    ]) {
      const metadata = (await (await fetch(url + path)).json()) as { scopes_supported: string[] }
      expect(metadata).toMatchObject({ resource: `${url}/mcp`, bearer_methods_supported: ['header'] })
      expect(metadata.scopes_supported).toContain('incidents:read')
    }
  })

  test('a token that somebody else signed is no key of ours', async () => {
    const { mcp } = await openEdge({ keyed: true })
    const jwt = ['{"alg":"none"}', '{"aud":"https://elsewhere"}', ''].map((part) =>
      Buffer.from(part).toString('base64url'),
    )
    const response = await fetch(mcp, post(listing, { authorization: `Bearer ${jwt.join('.')}` }))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('a key that may only send telemetry is told which scope it lacks', async () => {
    const { mcp } = await openEdge({ keyed: true })
    const response = await fetch(mcp, post(listing, { authorization: `Bearer ${keyOf('sender')}` }))
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toMatch(/insufficient_scope.*chat:read/)
  })

  test('a page of another origin and a name that is not ours are refused; a page of ours is served', async () => {
    const { mcp, url, port } = await openEdge()
    expect((await fetch(mcp, post(listing, { origin: 'http://evil.example' }))).status).toBe(403)
    expect((await rawGet(port, '/mcp', { host: 'evil.example' })).status).toBe(403)
    expect((await fetch(mcp, post(listing, { origin: url }))).status).toBe(200)
  })
})

describe('what is not the protocol', () => {
  test.each([
    ['no JSON', '{"jsonrpc":', {}, 400],
    ['no JSON type', '{}', { 'content-type': 'text/plain' }, 415],
    ['a batch without end', JSON.stringify(Array.from({ length: 21 }, () => listing)), {}, 400],
    ['a body without end', `"${'x'.repeat(1_100_000)}"`, {}, 413],
    ['a session that is not', JSON.stringify(listing), { 'mcp-session-id': 'abc' }, 404],
  ])('%s is refused as JSON-RPC', async (_what, body, headers, status) => {
    const { mcp } = await openEdge()
    const response = await fetch(mcp, post(body, headers))
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { message: expect.any(String) } })
  })

  test('who asks too often waits', async () => {
    const { mcp } = await openEdge({ config: { requests_per_minute: 1 } })
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await fetch(mcp, post(listing))).status)
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(200))
    expect(statuses.slice(10)).toEqual([429, 429])
  })

  test('switched off, there is nothing', async () => {
    const { mcp } = await openEdge({ config: { enabled: false } })
    expect((await fetch(mcp, post(listing))).status).toBe(404)
  })
})

describe.each(eras)('a host of revision $revision', ({ mode, revision }) => {
  test('is greeted in its own revision', async () => {
    const { mcp } = await openEdge()
    const host = await connectHost(mcp, mode)
    expect(host.getNegotiatedProtocolVersion()).toBe(revision)
    expect(host.getServerVersion()).toMatchObject({ name: 'aiops', version: '1.2.3' })
    expect(host.getInstructions()).toContain('never instruction')
  })

  test('finds incidents, findings and runbooks as resources, and reads them', async () => {
    const { mcp } = await openEdge()
    const host = await connectHost(mcp, mode)
    const { resources } = await host.listResources()
    const kinds = new Set(resources.map(({ uri }) => uri.split('/')[2]))
    expect([...kinds].sort()).toEqual(['findings', 'incidents', 'runbooks'])
    for (const { uri } of resources) {
      const { contents } = await host.readResource({ uri })
      expect(contents).toMatchObject([{ uri, mimeType: 'application/json' }])
    }
    const { resourceTemplates } = await host.listResourceTemplates()
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'aiops://incidents/{id}',
      'aiops://findings/{id}',
      'aiops://runbooks/{id}',
    ])
    await expect(host.readResource({ uri: 'aiops://runbooks/there-is-none' })).rejects.toThrow(/not found/i)
    await expect(host.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow(/not found/i)
  })

  test('finds personas as prompts, with the question where there is one', async () => {
    const { mcp } = await openEdge()
    const host = await connectHost(mcp, mode)
    const { prompts } = await host.listPrompts()
    expect(prompts[0]?.arguments).toMatchObject([{ name: 'question', required: false }])
    const name = prompts[0]?.name ?? ''
    const bare = await host.getPrompt({ name })
    expect(bare.messages).toHaveLength(1)
    const asked = await host.getPrompt({ name, arguments: { question: 'What is broken?' } })
    expect(asked.messages[1]).toMatchObject({ role: 'user', content: { text: 'What is broken?' } })
    await expect(host.getPrompt({ name: 'nobody' })).rejects.toThrow('There is no persona')
  })
})

describe('whatever is sent', () => {
  test('is answered, never with a defect, and the next host is served', { timeout: 60_000 }, async () => {
    const { mcp } = await openEdge({ config: { requests_per_minute: 100_000 } })
    const method = fc.oneof(
      fc.constantFrom(
        'tools/call',
        'tools/list',
        'resources/read',
        'prompts/get',
        'initialize',
        'server/discover',
      ),
      fc.string(),
    )
    const params = fc.oneof(
      fc.jsonValue(),
      fc.record({
        name: fc.oneof(fc.constantFrom('query_metrics', '__proto__', 'default'), fc.jsonValue()),
        uri: fc.oneof(fc.constant('aiops://incidents/%'), fc.jsonValue()),
        cursor: fc.jsonValue(),
        arguments: fc.jsonValue(),
        _meta: fc.oneof(fc.jsonValue(), fc.constant(envelope)),
      }),
    )
    const message = fc.oneof(
      fc.record({ jsonrpc: fc.constantFrom('2.0', '1.0'), id: fc.jsonValue(), method, params }),
      fc.jsonValue(),
    )
    await fc.assert(
      fc.asyncProperty(message, fc.boolean(), async (body, modern) => {
        const headers = modern ? { 'mcp-protocol-version': '2026-07-28' } : {}
        const response = await fetch(mcp, post(body, headers as Record<string, string>))
        await response.text()
        expect(response.status).toBeLessThan(500)
      }),
      { numRuns: 150 },
    )
    expect((await fetch(mcp, post(listing))).status).toBe(200)
  })

  test('one caller holds so many requests open, and gets them back when they end', async () => {
    const { mcp } = await openEdge({ config: { open_requests_max: 2 } })
    const opened = await fetch(mcp, post(initialize))
    await opened.text()
    const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
    const stop = new AbortController()
    const streamed = { headers: { accept: 'text/event-stream', ...session }, signal: stop.signal }
    expect((await fetch(mcp, streamed)).status).toBe(200)
    for (let i = 0; i < 5; i++) {
      const one = await fetch(mcp, post(listing, session))
      expect(one.status).toBe(200)
      await one.text()
    }
    const other = new AbortController()
    const second = await fetch(mcp, post(initialize))
    await second.text()
    const headers = {
      accept: 'text/event-stream',
      'mcp-session-id': second.headers.get('mcp-session-id') ?? '',
    }
    expect((await fetch(mcp, { headers, signal: other.signal })).status).toBe(200)
    expect((await fetch(mcp, post(listing, session))).status).toBe(429)
    stop.abort()
    await expect.poll(async () => (await fetch(mcp, post(listing, session))).status).toBe(200)
    other.abort()
  })
})

const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'host', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const initialize = {
  ...{ jsonrpc: '2.0', id: 0, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'host', version: '1' } },
}
