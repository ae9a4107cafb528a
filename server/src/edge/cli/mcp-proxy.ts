import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Server } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { ConnectionOptions } from './connection.ts'

/** Serves a running platform over stdin and stdout until stdin closes. */
export async function serveProxy(options: ConnectionOptions, version: string): Promise<void> {
  const platform = await connectPlatform(options, version)
  process.stderr.write(`aiops mcp: serving ${options.url} until stdin closes\n`)
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve)
    process.stdin.once('close', resolve)
  })
  const served = serveStdio(() => createProxy(platform), {
    onerror: (error) => process.stderr.write(`aiops mcp: ${messageOf(error).slice(0, 500)}\n`),
  })
  await ended
  await served.close()
  await platform.close()
}

async function connectPlatform(options: ConnectionOptions, version: string): Promise<Client> {
  const client = new Client({ name: 'aiops-stdio', version }, { versionNegotiation: { mode: 'auto' } })
  const headers: Record<string, string> = {
    ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
    ...(options.tenant ? { 'x-tenant-id': options.tenant } : {}),
  }
  try {
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${options.url}/mcp`), { requestInit: { headers } }),
    )
  } catch (error) {
    const hint =
      (error as { status?: number }).status === 401 || /401|unauthor/i.test(messageOf(error))
        ? 'The platform asks for a key; give it with --token, or in the environment as AIOPS_TOKEN.'
        : `No MCP server answers at ${options.url}/mcp (${messageOf(error).slice(0, 200)}). Start it with "npm start", or name it with --url.`
    throw new Fault('UPSTREAM_FAILED', hint, { cause: error })
  }
  return client
}

/** What the platform offers this key, passed on as it is; hosts of either era are served. */
function createProxy(platform: Client): Server {
  const server = new Server(platform.getServerVersion() ?? { name: 'aiops', version: '0.0.0' }, {
    capabilities: { tools: {}, resources: {}, prompts: {} },
    ...(platform.getInstructions() ? { instructions: platform.getInstructions() ?? '' } : {}),
  })
  server.setRequestHandler('tools/list', async ({ params }, { mcpReq: { signal } }) => {
    const { tools, nextCursor } = await platform.listTools({ ...pageOf(params) }, { signal })
    return { tools, ...(nextCursor === undefined ? {} : { nextCursor }) }
  })
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq: { signal } }) => {
    const { content, structuredContent, isError, _meta } = await platform.callTool(
      { name: params.name, arguments: params.arguments ?? {} },
      { signal },
    )
    return { content, structuredContent, isError, _meta: ownMeta(_meta) }
  })
  server.setRequestHandler('resources/list', async ({ params }, { mcpReq: { signal } }) => {
    const { resources, nextCursor } = await platform.listResources({ ...pageOf(params) }, { signal })
    return { resources, ...(nextCursor === undefined ? {} : { nextCursor }) }
  })
  server.setRequestHandler('resources/templates/list', async (_request, { mcpReq: { signal } }) => {
    const { resourceTemplates } = await platform.listResourceTemplates(undefined, { signal })
    return { resourceTemplates }
  })
  server.setRequestHandler('resources/read', async ({ params }, { mcpReq: { signal } }) => {
    const { contents } = await platform.readResource({ uri: params.uri }, { signal })
    return { contents }
  })
  server.setRequestHandler('prompts/list', async ({ params }, { mcpReq: { signal } }) => {
    const { prompts, nextCursor } = await platform.listPrompts({ ...pageOf(params) }, { signal })
    return { prompts, ...(nextCursor === undefined ? {} : { nextCursor }) }
  })
  server.setRequestHandler('prompts/get', async ({ params }, { mcpReq: { signal } }) => {
    const { description, messages } = await platform.getPrompt(
      { name: params.name, ...(params.arguments ? { arguments: params.arguments } : {}) },
      { signal },
    )
    return { description, messages }
  })
  return server
}

/** One page each: a host that wants the next asks for it. */
const pageOf = (params: { cursor?: string | undefined } | undefined): { cursor?: string } =>
  params?.cursor === undefined ? {} : { cursor: params.cursor }

/** What the other connection says about itself stays there. */
const ownMeta = (meta: Record<string, unknown> | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(meta ?? {}).filter(([key]) => !key.startsWith('io.modelcontextprotocol/')),
  )
