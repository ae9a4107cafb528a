import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMcpClient, McpError } from './mcp-client.ts'
import { headerValue } from './mcp-message.ts'

type Sent = {
  headers: Record<string, string>
  body: { id: number; method: string; params: Record<string, unknown> }
}

/** A server that answers each request by what `reply` makes of it, and what it was sent. */
function play(reply: (sent: Sent) => Response) {
  const sent: Sent[] = []
  const client = createMcpClient('/mcp', async (_url, init) => {
    const one = {
      headers: { ...(init?.headers as Record<string, string>) },
      body: JSON.parse(String(init?.body)),
    }
    sent.push(one)
    return reply(one)
  })
  return { client, sent }
}
const json = (body: unknown, status = 200): Response => Response.json(body, { status })
const result = ({ body }: Sent, made: unknown) => ({ jsonrpc: '2.0', id: body.id, result: made })

describe('a call of a tool over MCP', () => {
  it('carries the envelope and the headers of its revision', async () => {
    const { client, sent } = play((one) => json(result(one, { content: [{ type: 'text', text: 'none' }] })))
    const answer = await client.callTool('list_alerts', { state: 'FIRING' })
    expect(answer).toMatchObject({ text: 'none', isError: false, structured: undefined })
    expect(sent[0]).toMatchObject({
      headers: {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'list_alerts',
      },
      body: {
        method: 'tools/call',
        params: {
          ...{ name: 'list_alerts', arguments: { state: 'FIRING' } },
          _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
        },
      },
    })
  })

  it('is read from a stream, past what answers something else', async () => {
    const { client } = play((one) => {
      const lines = [
        ': hello',
        'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}',
        `data: ${JSON.stringify({ ...result(one, {}), id: 99 })}`,
        `data: ${JSON.stringify(result(one, { structuredContent: { a: 1 }, _meta: { 'io.aiops/call': { status: 'OK', records: 2, ms: 4, missing: [{ cluster: 'b', reason: 'away' }] } } }))}`,
      ]
      return new Response(`${lines.join('\n\n')}\n\n`, { headers: { 'content-type': 'text/event-stream' } })
    })
    expect(await client.callTool('x', {})).toMatchObject({
      structured: { a: 1 },
      note: { status: 'OK', records: 2, missing: [{ cluster: 'b', reason: 'away' }] },
    })
  })

  it('that the server refuses says so in its words', async () => {
    const refused = { jsonrpc: '2.0', id: null, error: { code: -32_000, message: 'ana may not use it.' } }
    const { client } = play(() => json(refused, 403))
    const error = await client.callTool('x', {}).catch((one: unknown) => one)
    expect(error).toBeInstanceOf(McpError)
    expect(error).toMatchObject({ message: 'ana may not use it.', status: 403, code: -32_000 })
  })

  it.each([
    ['HTML', () => new Response('<html>', { status: 502 })],
    ['nothing', () => new Response(null, { status: 204 })],
    ['an empty stream', () => new Response('', { headers: { 'content-type': 'text/event-stream' } })],
    ['another answer', () => json({ jsonrpc: '2.0', id: 7_777, result: {} })],
  ])('that %s answers is an error, not a result', async (_what, reply) => {
    await expect(play(reply).client.callTool('x', {})).rejects.toBeInstanceOf(McpError)
  })

  it('that fails inside the tool is a result that says so', async () => {
    const { client } = play((one) =>
      json(
        result(one, {
          isError: true,
          content: [
            { type: 'text', text: 'no such cluster' },
            { type: 'image', data: 'x' },
          ],
        }),
      ),
    )
    expect(await client.callTool('x', {})).toMatchObject({
      isError: true,
      text: 'no such cluster',
      otherParts: 1,
    })
  })
})

describe('the list of tools', () => {
  it('is read page by page', async () => {
    const { client } = play((one) =>
      json(
        result(
          one,
          one.body.params.cursor === 'b'
            ? { tools: [{ name: 'two' }] }
            : { tools: [{ name: 'one' }], nextCursor: 'b' },
        ),
      ),
    )
    expect((await client.listTools()).map(({ name }) => name)).toEqual(['one', 'two'])
  })

  it('ends although the server names a next page without end', async () => {
    const { client, sent } = play((one) => json(result(one, { tools: [], nextCursor: 'again' })))
    expect(await client.listTools()).toEqual([])
    expect(sent).toHaveLength(20)
  })
})

describe('a header', () => {
  it('holds any name so that it is read as it was', () => {
    expect(headerValue('get_node')).toBe('get_node')
    expect(headerValue('=?base64?eA==?=')).not.toBe('=?base64?eA==?=')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const value = headerValue(name)
        expect(value).toMatch(/^[\x20-\x7e]+$/)
        const encoded = /^=\?base64\?(.*)\?=$/.exec(value)?.[1]
        expect(encoded === undefined ? value : Buffer.from(encoded, 'base64').toString()).toBe(name)
      }),
    )
  })
})
