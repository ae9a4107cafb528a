/** `/mcp` behind a real gateway on a free loopback port, with the platform's own tools over examples of what its operations answer. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { onTestFinished } from 'vitest'
import { createMemoryBus } from '../../server/src/adapter/memory/event-bus.ts'
import { createOperationClient } from '../../server/src/edge/gateway/index.ts'
import {
  exampleHandlers,
  keyOf,
  openGateway,
  rawGet,
} from '../../server/src/edge/gateway/open-gateway.suite.ts'
import { createMcpEdge, McpConfig, type McpEdgeDeps } from '../../server/src/edge/mcp/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { systemRandom } from '../../server/src/kernel/random.ts'
import { createIdentity, IdentityConfig } from '../../server/src/service/identity/index.ts'
import { tools } from '../../server/src/service/intelligence/tool/index.ts'
import { createToolBox } from '../../server/src/service/intelligence/tool/tool-box.ts'

export const allTools = Object.values(tools)

type Options = { keyed?: boolean; config?: object; deps?: Partial<McpEdgeDeps> }

/** Keys as the gateway's suite names them, so that one identity serves both. */
export async function openEdge({ keyed = false, config = {}, deps = {} }: Options = {}) {
  const base = { clock: systemClock, random: systemRandom, metrics: createMetrics(), log: silentLog }
  const audit = { append: async () => undefined, list: async () => [], verify: async () => null }
  const identity = createIdentity({ audit, clock: systemClock }, IdentityConfig.parse({}))
  const clientOf = createOperationClient(() => exampleHandlers, identity)
  const bus = createMemoryBus({ log: silentLog, metrics: base.metrics })
  const box = createToolBox({ clientOf, clock: systemClock, metrics: base.metrics })
  const edge = createMcpEdge(
    {
      ...{ ...base, clientOf, tools: async () => allTools, version: '1.2.3', publicUrl: () => '' },
      bus,
      call: (...call) => box.call(...call),
      ...deps,
    },
    McpConfig.parse(config),
  )
  await edge.start()
  const opened = await openGateway({ keyed, deps: { web: edge.routes } })
  onTestFinished(() => edge.stop())
  return { ...opened, edge, bus, mcp: `${opened.url}/mcp` }
}

export const eras = [
  { revision: '2026-07-28', mode: { pin: '2026-07-28' } },
  { revision: '2025-11-25', mode: 'legacy' },
] as const

/** A host of one revision, connected. */
export async function connectHost(
  mcp: string,
  mode: (typeof eras)[number]['mode'],
  { key, headers = {} }: { key?: string; headers?: Record<string, string> } = {},
): Promise<Client> {
  const client = new Client({ name: 'host', version: '1.0.0' }, { versionNegotiation: { mode } })
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(mcp), {
      requestInit: { headers: { ...authorization, ...headers } },
    }),
  )
  onTestFinished(() => client.close())
  return client
}

export { keyOf, rawGet }
