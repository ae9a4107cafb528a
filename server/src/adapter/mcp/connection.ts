import { durationMs } from '@aiops/contract/model/time'
import type { Client, jsonSchemaValidator } from '@modelcontextprotocol/client'
import type { HttpStreams } from '../../port/http-client.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type { McpServerConfig } from './config.ts'
import type { RawTool } from './definition.ts'
import { createGuardedFetch } from './guarded-fetch.ts'

/** Loaded for the first server that is asked: most platforms know none. */
const protocol = () => import('@modelcontextprotocol/client')

export type RawResult = Awaited<ReturnType<Client['callTool']>>

/** One server of somebody else's, connected when it is first asked and again after it failed. */
export interface McpConnection {
  list(): Promise<RawTool[]>
  call(name: string, input: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<RawResult>
  close(): Promise<void>
}

/** Bytes of a list of tools, and of one answer. */
const listBytesMax = 1_048_576
export const resultBytesMax = 262_144
const toolsMax = 100
const pagesMax = 10

/** Schemas of others are not compiled: what was asked for and what came is bounded, and untrusted either way. */
const uncheckedSchemas: jsonSchemaValidator = {
  getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }),
}

export function createMcpConnection(
  deps: { http: HttpStreams; secrets: SecretSource; version: string },
  config: McpServerConfig,
): McpConnection {
  const timeoutMs = durationMs(config.timeout)
  let current: Promise<Client> | undefined
  const fetch = createGuardedFetch(deps.http, new URL(config.url).href, {
    timeoutMs,
    bytesMax: (method) => (method === 'tools/list' ? listBytesMax : resultBytesMax),
  })

  async function connect(): Promise<Client> {
    // It declares nothing that a server could ask of it: no sampling, no elicitation, no roots.
    const { Client, StreamableHTTPClientTransport } = await protocol()
    const client = new Client(
      { name: 'aiops', version: deps.version },
      { versionNegotiation: { mode: 'auto' }, jsonSchemaValidator: uncheckedSchemas, listMaxPages: pagesMax },
    )
    const token = config.token === '' ? undefined : await deps.secrets.read(config.token)
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
    await client.connect(
      new StreamableHTTPClientTransport(new URL(config.url), { fetch, requestInit: { headers } }),
      { timeout: timeoutMs },
    )
    return client
  }

  async function asked<T>(ask: (client: Client) => Promise<T>): Promise<T> {
    current ??= connect()
    const used = current
    try {
      return await ask(await used)
    } catch (error) {
      // What the server said is no fault of the connection. After anything else the next to ask begins afresh; others in flight go on.
      const { ProtocolError } = await protocol()
      if (!ProtocolError.isInstance(error) && current === used) current = undefined
      throw error
    }
  }
  const limits = { timeout: timeoutMs, maxTotalTimeout: timeoutMs }
  return {
    list: () =>
      asked(async (client) => {
        const { tools } = await client.listTools(undefined, { ...limits, cacheMode: 'refresh' })
        return (tools as RawTool[]).slice(0, toolsMax)
      }),
    call: (name, input, signal) =>
      asked((client) =>
        client.callTool({ name, arguments: { ...input } }, { ...limits, ...(signal ? { signal } : {}) }),
      ),
    async close() {
      const closing = current
      current = undefined
      await closing?.then((client) => client.close()).catch(() => undefined)
    },
  }
}
