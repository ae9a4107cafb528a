import { expect, onTestFinished, test } from 'vitest'
import { allTools, connectHost, eras, openEdge } from '../../../../test/mcp/open-edge.ts'
import { createHttpClient } from '../../adapter/http/http-client.ts'
import { McpServerConfig } from '../../adapter/mcp/config.ts'
import { createMcpToolSource } from '../../adapter/mcp/tool-source.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'

test.each(eras)(
  'tools of another server come after the platform’s own, marked as its words: $revision',
  async ({ mode }) => {
    const other = await openEdge()
    const http = createHttpClient({ clock: systemClock }, { deny: [] })
    const source = createMcpToolSource(
      {
        ...{ http, clock: systemClock, metrics: createMetrics(), log: silentLog, version: '1.0.0' },
        secrets: { read: async () => 'unused' },
        pins: { read: async () => ({}), save: async () => undefined },
      },
      [McpServerConfig.parse({ name: 'other', url: other.mcp })],
    )
    await source.refresh()
    onTestFinished(async () => {
      await source.stop()
      http.close()
    })
    const { mcp } = await openEdge({ deps: { external: source } })
    const host = await connectHost(mcp, mode)
    const { tools } = await host.listTools()
    const readOnly = allTools.filter(({ effect }) => effect === 'READ')
    expect(tools).toHaveLength(allTools.length + readOnly.length)
    const [first] = tools.slice(allTools.length)
    expect(first?.name).toBe(`other__${allTools[0]?.name}`)
    expect(first?.description).toMatch(/^From the MCP server "other": /)
    expect(tools.map(({ name }) => name)).not.toContain('other__propose_runbook')
    const result = await host.callTool({ name: 'other__list_incidents', arguments: {} })
    expect(result.structuredContent).toHaveProperty('incidents')
    expect(result._meta?.['io.aiops/call']).toMatchObject({ status: 'OK', trust: 'TELEMETRY' })
  },
)
