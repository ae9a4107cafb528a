import { createEventParser } from '@aiops/contract/event-stream'
import {
  headerValue,
  Response as McpResponse,
  type McpTool,
  revision,
  ToolList,
  ToolResult,
} from './mcp-message.ts'

/** What the server or the way to it says instead of an answer. `code` of JSON-RPC where there is one, `status` of HTTP. */
export class McpError extends Error {
  override readonly name = 'McpError'
  readonly code: number | undefined
  readonly status: number
  constructor(message: string, status: number, code?: number) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface McpClient {
  /** Every tool that the caller may use, in the server's order. */
  listTools(signal?: AbortSignal): Promise<McpTool[]>
  /** A refusal of the tool itself is a result with `isError`; aborting the signal cancels the call. */
  callTool(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<ToolResult>
}

/** Of one answer. */
const bytesMax = 8_388_608
const pagesMax = 20
const timeoutMs = 60_000

/** Streamable HTTP of revision 2026-07-28: each request carries its envelope and stands alone; there are no sessions. */
export function createMcpClient(url: string, send: typeof fetch): McpClient {
  let last = 0
  async function request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    name?: string,
    signal?: AbortSignal,
  ): Promise<unknown> {
    last += 1
    const id = last
    const response = await send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': revision,
        'mcp-method': method,
        ...(name === undefined ? {} : { 'mcp-name': headerValue(name) }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: envelope } }),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
    })
    const answer = await answerOf(response, id)
    if (answer?.error) throw new McpError(answer.error.message, response.status, answer.error.code)
    if (!response.ok || !answer)
      throw new McpError(`The server answered ${response.status}.`, response.status)
    return answer.result
  }
  return {
    async listTools(signal) {
      const tools: McpTool[] = []
      let cursor: string | undefined
      for (let page = 0; page < pagesMax; page += 1) {
        const list = ToolList.parse(await request('tools/list', cursor ? { cursor } : {}, undefined, signal))
        tools.push(...list.tools)
        cursor = list.nextCursor
        if (cursor === undefined) break
      }
      return tools
    },
    async callTool(name, args, signal) {
      return ToolResult.parse(await request('tools/call', { name, arguments: args }, name, signal))
    },
  }
}

const envelope = {
  'io.modelcontextprotocol/protocolVersion': revision,
  'io.modelcontextprotocol/clientInfo': { name: 'aiops-web', title: 'AIOps NextGen web app', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** The message that answers the request, from a body or from a stream; undefined where none comes. */
async function answerOf(response: Response, id: number): Promise<McpResponse | undefined> {
  const body = response.body?.getReader()
  if (!body) return undefined
  const streamed = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  const [decoder, parse] = [new TextDecoder(), createEventParser()]
  const parts: string[] = []
  let bytes = 0
  for (;;) {
    const { value, done } = await body.read()
    if (done) break
    bytes += value.length
    if (bytes > bytesMax) {
      await body.cancel()
      throw new McpError('The answer is larger than 8 MiB. Ask for less of it.', response.status)
    }
    const text = decoder.decode(value, { stream: true })
    if (!streamed) parts.push(text)
    else
      for (const { data } of parse(text)) {
        const answer = messageOf(data, id)
        if (answer === undefined) continue
        await body.cancel()
        return answer
      }
  }
  return streamed ? undefined : messageOf(parts.join(''), id)
}

/** An error without an id is one that came before the request was read. */
function messageOf(text: string, id: number): McpResponse | undefined {
  try {
    const message = McpResponse.safeParse(JSON.parse(text)).data
    return message && (message.id === id || (message.id === null && message.error)) ? message : undefined
  } catch {
    return undefined
  }
}
