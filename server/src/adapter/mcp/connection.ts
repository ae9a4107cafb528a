import { durationMs } from '@aiops/contract/model/time'
import type { Client, jsonSchemaValidator } from '@modelcontextprotocol/client'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { HttpStreams } from '../../port/http-client.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type { McpServerConfig } from './config.ts'
import type { RawTool } from './definition.ts'
import { createGuardedFetch } from './guarded-fetch.ts'
import { StartLimit } from './start-limit.ts'
import { createStdioTransport } from './stdio-transport.ts'

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

export type ConnectionDeps = {
  http: HttpStreams
  secrets: SecretSource
  clock: Clock
  log: Log
  version: string
}

export const createMcpConnection = (deps: ConnectionDeps, config: McpServerConfig): McpConnection =>
  connectionBy(config, config.command === '' ? httpOpener(deps, config) : programOpener(deps, config))

/** How a client is come by, and what is to be done with one that failed. */
type Opener = {
  open(): Promise<Client>
  failed(client: Client | undefined): void
  /** Nothing that was opened is left, nor comes to be, once this settles. */
  stop(): Promise<void>
  /** Whether who gave up waiting leaves the connection as it is. */
  outlivesAbort: boolean
}

function httpOpener(deps: ConnectionDeps, config: McpServerConfig): Opener {
  const timeoutMs = durationMs(config.timeout)
  const fetch = createGuardedFetch(deps.http, new URL(config.url).href, {
    timeoutMs,
    bytesMax: (method) => (method === 'tools/list' ? listBytesMax : resultBytesMax),
  })
  return {
    outlivesAbort: false,
    failed: () => undefined,
    stop: async () => undefined,
    async open() {
      const { StreamableHTTPClientTransport } = await protocol()
      const client = await newClient(deps.version, 'auto')
      const token = config.token === '' ? undefined : await deps.secrets.read(config.token)
      const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
      await client.connect(
        new StreamableHTTPClientTransport(new URL(config.url), { fetch, requestInit: { headers } }),
        { timeout: timeoutMs },
      )
      return client
    },
  }
}

/** A program is started when it is first asked, ended when it hangs, and started again, ever more slowly, when it is next asked. */
function programOpener(deps: ConnectionDeps, config: McpServerConfig): Opener {
  const { clock, log, secrets, version } = deps
  const limit = new StartLimit(clock, config.name)
  const kills = new WeakMap<Client, () => void>()
  const programs = new Set<ReturnType<typeof createStdioTransport>>()
  let isStopped = false

  async function started(mode: 'legacy' | 'auto'): Promise<Client> {
    const read = Object.entries(config.env_secrets).map(
      async ([variable, name]) => [variable, await secrets.read(name)] as const,
    )
    const sealed = await Promise.all(read)
    const client = await newClient(version, mode)
    if (isStopped) throw new Fault('NOT_READY', `${config.name} is not started any more.`)
    const transport = createStdioTransport(
      { clock, log },
      {
        ...{ name: config.name, command: config.command, args: config.args, folder: config.folder },
        env: { ...config.env, ...Object.fromEntries(sealed) },
        secrets: sealed.map(([, value]) => value).filter((value) => value.length > 0),
      },
      (why) => {
        programs.delete(transport)
        log.info({ server: config.name, why }, 'the program of an MCP server ended')
      },
    )
    programs.add(transport)
    kills.set(client, transport.kill)
    try {
      await client.connect(transport, { timeout: durationMs(config.timeout) })
      return client
    } catch (error) {
      transport.kill()
      throw error
    }
  }

  return {
    outlivesAbort: true,
    async open() {
      limit.begin()
      try {
        // Programs of the older revisions may end at a question that they do not know, so that the newer one is tried second.
        return await started('legacy').catch(async (error: unknown) => {
          const { ProtocolError } = await protocol()
          if (!ProtocolError.isInstance(error)) throw error
          return started('auto')
        })
      } catch (error) {
        limit.failed()
        throw error
      }
    },
    failed(client) {
      if (client === undefined) return
      limit.failed()
      kills.get(client)?.()
    },
    async stop() {
      isStopped = true
      await Promise.all([...programs].map((program) => program.close()))
    },
  }
}

/** It declares nothing that a server could ask of it: no sampling, no elicitation, no roots. */
async function newClient(version: string, mode: 'legacy' | 'auto'): Promise<Client> {
  const { Client } = await protocol()
  return new Client(
    { name: 'aiops', version },
    { versionNegotiation: { mode }, jsonSchemaValidator: uncheckedSchemas, listMaxPages: pagesMax },
  )
}

function connectionBy(config: McpServerConfig, opener: Opener): McpConnection {
  const timeoutMs = durationMs(config.timeout)
  let current: Promise<Client> | undefined
  let isClosed = false

  async function asked<T>(ask: (client: Client) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (isClosed) throw new Fault('NOT_READY', `The connection to ${config.name} is closed.`)
    current ??= opened()
    const used = current
    try {
      return await ask(await used)
    } catch (error) {
      // What the server said is no fault of the connection. After anything else the next to ask begins afresh; others in flight go on.
      const { ProtocolError } = await protocol()
      const isOurs = signal?.aborted === true && opener.outlivesAbort
      if (!ProtocolError.isInstance(error) && !isOurs && current === used) {
        current = undefined
        opener.failed(await used.catch(() => undefined))
      }
      throw error
    }
  }

  function opened(): Promise<Client> {
    const opening = opener.open().then((client) => {
      // It ended while nobody asked: the next to ask finds a new one.
      client.onclose = () => {
        if (current !== opening) return
        current = undefined
        opener.failed(client)
      }
      return client
    })
    return opening
  }
  const limits = { timeout: timeoutMs, maxTotalTimeout: timeoutMs }
  return {
    list: () =>
      asked(async (client) => {
        const { tools } = await client.listTools(undefined, { ...limits, cacheMode: 'refresh' })
        return (tools as RawTool[]).slice(0, toolsMax)
      }),
    call: (name, input, signal) =>
      asked(
        (client) =>
          client.callTool({ name, arguments: { ...input } }, { ...limits, ...(signal ? { signal } : {}) }),
        signal,
      ),
    async close() {
      isClosed = true
      const closing = current
      current = undefined
      await opener.stop()
      await closing?.then((client) => client.close()).catch(() => undefined)
    },
  }
}
