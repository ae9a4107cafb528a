/**
 * What the public MCP conformance suite asks for, on the platform's own transport: its gateway, its guards, its sessions, with fixtures in
 * place of the product's tools. Loopback only, without keys, and only where `MCP_CONFORMANCE=1` says that this is wanted; the product never
 * loads it.
 *   MCP_CONFORMANCE=1 node test/mcp/fixture-server.ts 8090
 */
import { McpServer } from '@modelcontextprotocol/server'
import { createGateway, GatewayConfig } from '../../server/src/edge/gateway/index.ts'
import { createMcpRoutes, McpConfig, type McpEdge } from '../../server/src/edge/mcp/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { systemRandom } from '../../server/src/kernel/random.ts'
import { createIdentity, IdentityConfig } from '../../server/src/service/identity/index.ts'
import { addInputTools, stateCodec } from './fixture-input.ts'
import { addPrompts, addResources } from './fixture-resource.ts'
import { addTools } from './fixture-tool.ts'

if (process.env.MCP_CONFORMANCE !== '1')
  throw new Error('These are fixtures for a test; set MCP_CONFORMANCE=1 where that is what you want.')

const capabilities = {
  tools: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
}

/** Whoever asks; there are no keys. */
const tenant = 'default'

function fixtures(): McpServer {
  const server = new McpServer(
    { name: 'aiops-fixtures', version: '1.0.0' },
    { capabilities, requestState: { verify: stateCodec.verify } },
  )
  addTools(server, (change) => edge.changed(tenant, change))
  addInputTools(server)
  addResources(server)
  addPrompts(server)
  return server
}

const base = { clock: systemClock, random: systemRandom, metrics: createMetrics(), log: silentLog }
const audit = { append: async () => undefined, list: async () => [], verify: async () => null }
const edge: McpEdge = createMcpRoutes(
  { ...base, product: async () => ({ factory: fixtures, toolOf: () => undefined }), publicUrl: () => '' },
  McpConfig.parse({ requests_per_minute: 100_000, open_requests_max: 1_000 }),
)
const gateway = createGateway(
  {
    ...{ ...base, handlers: {}, receivers: [], web: edge.routes, version: '1.0.0', webFolder: '/nowhere' },
    identity: createIdentity({ audit, clock: systemClock }, IdentityConfig.parse({})),
  },
  GatewayConfig.parse({ host: '127.0.0.1', port: process.argv[2] ?? 0 }),
)
await gateway.start()
process.stdout.write(`${gateway.url}/mcp\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, async () => {
    await edge.stop()
    await gateway.stop()
  })
