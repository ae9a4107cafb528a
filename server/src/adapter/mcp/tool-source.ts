import type { Permission } from '@aiops/contract/api/operation'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { isFault, messageOf } from '../../kernel/fault.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { HttpStreams } from '../../port/http-client.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type {
  ExternalOutcome,
  ExternalTool,
  ToolPinKeeper,
  ToolPins,
  ToolSource,
} from '../../port/tool-source.ts'
import type { McpServerConfig } from './config.ts'
import { createMcpConnection, type McpConnection, resultBytesMax } from './connection.ts'
import { depthMax, depthOf, describedOf, hashOf, problemOf, type RawTool } from './definition.ts'
import { textOf } from './result-text.ts'

export type McpToolSourceDeps = {
  http: HttpStreams
  secrets: SecretSource
  pins: ToolPinKeeper
  clock: Clock
  metrics: Metrics
  log: Log
  version: string
  /** The tools that are offered changed. */
  changed?: () => void
}

/** What callers hold who use tools of others: these act with the platform's credential, not with theirs. */
const permission: Permission = 'telemetry:read'
const refreshMs = 600_000
/** After which a server that did not answer is asked again, each time twice as long. */
const againMs = 5_000
/** Sentences that are remembered as said. */
const toldMax = 1_000

type Server = {
  config: McpServerConfig
  connection: McpConnection
  /** By their names here. */
  tools: ReadonlyMap<string, ExternalTool & { remote: string }>
  /** Lists in a row that failed. */
  failures: number
  cancelAgain: () => void
}

/** Tools of the MCP servers of the configuration. A server that does not answer has none until it does. */
export function createMcpToolSource(
  deps: McpToolSourceDeps,
  configs: readonly McpServerConfig[],
): ToolSource & Lifecycle & { refresh(): Promise<void> } {
  const { clock, log } = deps
  const calls = deps.metrics.counter(
    'aiops_external_tool_calls_total',
    'Calls of tools of other MCP servers, by how they went.',
    ['server', 'status'],
  )
  const held = deps.metrics.gauge(
    'aiops_external_tools',
    'Tools of other MCP servers: offered, refused by policy, or held back because they changed.',
    ['server', 'state'],
  )
  const servers: Server[] = configs.map((config) => ({
    ...{ config, connection: createMcpConnection(deps, config), tools: new Map() },
    ...{ failures: 0, cancelAgain: () => undefined },
  }))
  let isStopped = false
  let pins: ToolPins = {}
  let stopRefreshing = (): void => undefined
  /** What was said once is not said at every refresh. */
  const told = new Set<string>()

  function tell(key: string, fields: object, sentence: string): void {
    if (told.has(key)) return
    if (told.size >= toldMax) told.clear()
    told.add(key)
    log.warn(fields, sentence)
  }

  /** One line for all tools of a server that have the same thing wrong with them. */
  function tellRefused(server: string, judged: readonly { problem?: string; name?: string }[]): void {
    for (const problem of new Set(judged.flatMap((one) => one.problem ?? []))) {
      const named = judged.flatMap((one) => (one.problem === problem ? [one.name] : []))
      const tools = named.join(' ')
      tell(`${server} ${problem} ${tools}`, { server, tools, problem }, 'tools of an MCP server are refused')
    }
  }

  async function refreshOne(server: Server): Promise<void> {
    const { name } = server.config
    const listed = await server.connection.list().catch((error: unknown) => {
      log.warn(
        { server: name, error: messageOf(error).slice(0, 300) },
        'an MCP server did not list its tools',
      )
      askAgain(server)
      return undefined
    })
    if (listed) server.failures = 0
    const judged = (listed ?? []).map((tool) => judge(server.config, tool))
    tellRefused(name, judged)
    const states = judged.map(({ state }) => state)
    for (const state of ['offered', 'refused', 'changed'] as const)
      held.set({ server: name, state }, states.filter((one) => one === state).length)
    server.tools = new Map(
      judged.flatMap(({ offered }) => (offered ? [[offered.name, offered] as const] : [])),
    )
  }

  function askAgain(server: Server): void {
    if (isStopped) return
    server.cancelAgain()
    server.cancelAgain = clock.after(Math.min(againMs * 2 ** server.failures, refreshMs), () =>
      again([server]),
    )
    server.failures += 1
  }

  /** First seen is trusted; what changed since is held back until the configuration accepts it. */
  function judge(config: McpServerConfig, tool: RawTool) {
    const name = `${config.name}__${tool.name}`
    const problem = problemOf(config.name, tool, config.allow)
    if (problem !== undefined) {
      return { state: 'refused' as const, problem, name: tool.name.slice(0, 64) }
    }
    const sha256 = hashOf(tool)
    const pinned = Object.hasOwn(pins, name) ? pins[name] : undefined
    if (pinned && pinned.sha256 !== sha256 && !config.accept.includes(`${tool.name}@${sha256}`)) {
      const accept = `${tool.name}@${sha256}`
      tell(
        accept,
        { tool: name, accept },
        'a tool of an MCP server changed and is held back until mcp.servers[].accept names it',
      )
      return { state: 'changed' as const }
    }
    if (pinned?.sha256 !== sha256) pins = { ...pins, [name]: { sha256, at: isoTime(clock.now()) } }
    const offered = {
      ...{ name, server: config.name, remote: tool.name, inputSchema: tool.inputSchema },
      ...describedOf(tool),
    }
    return { state: 'offered' as const, offered }
  }

  async function refresh(some: readonly Server[] = servers): Promise<void> {
    const before = JSON.stringify(servers.map(({ tools }) => [...tools.values()]))
    const pinsBefore = pins
    await Promise.all(some.map(refreshOne))
    if (pins !== pinsBefore) await deps.pins.save(pins)
    if (before !== JSON.stringify(servers.map(({ tools }) => [...tools.values()]))) deps.changed?.()
  }

  const again = (some?: readonly Server[]): void =>
    void refresh(some).catch((error: unknown) =>
      log.warn({ error: messageOf(error).slice(0, 300) }, 'what MCP tools were trusted as could not be kept'),
    )

  const mayUse = (caller: Caller, { config }: Server): boolean =>
    caller.permissions.includes(permission) &&
    (config.tenants.length === 0 || config.tenants.includes(caller.tenant))

  return {
    refresh: () => refresh(),
    async start() {
      if (servers.length === 0) return
      pins = await deps.pins.read()
      // Others may be slow: the platform does not wait for them.
      again()
      stopRefreshing = clock.every(refreshMs, () => again())
    },
    async stop() {
      isStopped = true
      stopRefreshing()
      for (const { cancelAgain } of servers) cancelAgain()
      await Promise.all(servers.map(({ connection }) => connection.close()))
    },
    list: (caller) =>
      servers.filter((server) => mayUse(caller, server)).flatMap(({ tools }) => [...tools.values()]),
    async call(caller, name, input, signal) {
      const server = servers.find((one) => mayUse(caller, one) && one.tools.has(name))
      const startMs = clock.monotonic()
      const outcome = await called(server, name, input, signal)
      calls.inc({ server: server?.config.name ?? 'unknown', status: outcome.status })
      return { ...outcome, ms: Math.round(clock.monotonic() - startMs) }
    },
  }
}

async function called(
  server: Server | undefined,
  name: string,
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
): Promise<Omit<ExternalOutcome, 'ms'>> {
  const tool = server?.tools.get(name)
  const failed = (text: string, status: 'FAILED' | 'TIMEOUT' = 'FAILED') => ({ status, text })
  if (!server || !tool) return failed(`There is no tool "${name.slice(0, 64)}".`)
  if (depthOf(input) > depthMax) return failed(`The arguments are nested deeper than ${depthMax} levels.`)
  try {
    const { content, structuredContent, isError } = await server.connection.call(tool.remote, input, signal)
    if (depthOf([content, structuredContent]) > depthMax)
      return failed(`${name} answered something nested deeper than ${depthMax} levels.`)
    const text = textOf(content)
    const sizeBytes = Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(structuredContent ?? ''))
    if (sizeBytes > resultBytesMax) return failed(`${name} answered too much.`)
    if (isError) return failed(text)
    const structured = structuredContent as ExternalOutcome['structured']
    return { status: 'OK', text, ...(structured === undefined ? {} : { structured }) }
  } catch (error) {
    const why = messageOf(error).slice(0, 300)
    const late = (isFault(error) && error.code === 'TIMEOUT') || /timed? ?out/i.test(why)
    return failed(`${name} could not be called: ${why}`, late ? 'TIMEOUT' : 'FAILED')
  }
}
