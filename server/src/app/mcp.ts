import { join } from 'node:path'
import { z } from 'zod'
import { createToolPinFile } from '../adapter/folder/tool-pin-file.ts'
import { McpServersConfig } from '../adapter/mcp/config.ts'
import { createMcpToolSource } from '../adapter/mcp/tool-source.ts'
import { createMcpEdge, McpConfig as McpEdgeConfig, type McpEdgeDeps } from '../edge/mcp/index.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { HttpStreams } from '../port/http-client.ts'
import type { SecretSource } from '../port/secret-source.ts'
import type { ToolSource } from '../port/tool-source.ts'
import type { WebRoute } from '../port/web-route.ts'
import type { Intelligence } from '../service/intelligence/index.ts'

/** Both ways: what the platform serves to MCP hosts, and the servers of others whose tools it offers. */
export const McpConfig = z.object({ ...McpEdgeConfig.shape, servers: McpServersConfig })
export type McpConfig = z.infer<typeof McpConfig>

type Parts = Omit<McpEdgeDeps, 'tools' | 'call' | 'external'> & {
  intelligence: Pick<Intelligence, 'toolBox' | 'tools'>
  http: HttpStreams
  secrets: SecretSource
  folder: string
  tenants: readonly string[]
}

export type Mcp = Lifecycle & { readonly routes: readonly WebRoute[]; readonly external: ToolSource }

export function openMcp({ intelligence, folder, tenants, ...parts }: Parts, config: McpConfig): Mcp {
  const external = createMcpToolSource(
    {
      ...parts,
      pins: createToolPinFile(join(folder, 'mcp-tools.json')),
      changed() {
        for (const tenant of tenants) edge.changed(tenant, { kind: 'tools' })
      },
    },
    config.servers,
  )
  const edge = createMcpEdge(
    {
      ...{ ...parts, external, tools: () => intelligence.tools() },
      call: (...asked) => intelligence.toolBox.call(...asked),
    },
    config,
  )
  return {
    routes: edge.routes,
    external,
    async start() {
      await external.start()
      await edge.start()
    },
    async stop() {
      await edge.stop()
      await external.stop()
    },
  }
}
