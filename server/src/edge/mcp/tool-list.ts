import type { Permission } from '@aiops/contract/api/operation'
import type { Tool as ListedTool } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Caller } from '../../port/operation-client.ts'
import type { ExternalTool } from '../../port/tool-source.ts'

/** What is told of a tool; the platform's own tools fit. */
export type McpTool = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: z.ZodObject
  readonly output: z.ZodObject
  readonly permission: Permission
  readonly effect: 'READ' | 'PROPOSE'
}

export const mayUse = (caller: Caller, tool: McpTool | undefined): boolean =>
  tool !== undefined && caller.permissions.includes(tool.permission)

/** A tool as hosts are told of it, in the order of the table; made once. */
export const listedTools = (tools: readonly McpTool[]): readonly ListedTool[] =>
  tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: schemaOf(tool.input, 'input'),
    outputSchema: schemaOf(tool.output, 'output'),
    annotations: {
      title: tool.title,
      readOnlyHint: tool.effect === 'READ',
      destructiveHint: false,
      idempotentHint: tool.effect === 'READ',
      openWorldHint: false,
    },
  }))

/** Of somebody else's server: what it says of itself is passed on as its words. */
export const listedExternal = (tool: ExternalTool): ListedTool => ({
  name: tool.name,
  title: tool.title,
  description: `From the MCP server "${tool.server}": ${tool.description}`,
  inputSchema: { ...tool.inputSchema, type: 'object' },
  annotations: { title: tool.title, readOnlyHint: true, destructiveHint: false, openWorldHint: true },
})

/** JSON Schema 2020-12, which both revisions take as the default dialect. */
function schemaOf(schema: z.ZodObject, io: 'input' | 'output'): ListedTool['inputSchema'] {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return made as ListedTool['inputSchema']
}
