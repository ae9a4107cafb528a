import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Server, startServer, temporaryFolder } from '../journey/server.ts'
import { findServer, integration } from './real-server.ts'

const run = promisify(execFile)

integration('the MCP inspector against the platform', ['mcp-inspector'], () => {
  const folder = temporaryFolder('mcp')
  let platform: Server
  beforeAll(async () => {
    platform = await startServer(folder.path)
  })
  afterAll(async () => {
    await platform?.stop()
    folder.remove()
  })
  const inspect = async (...args: string[]) => {
    const target = ['--cli', `${platform.url}/mcp`, '--transport', 'http', '--method']
    const { stdout } = await run(findServer('mcp-inspector') ?? 'mcp-inspector', [...target, ...args], {
      maxBuffer: 67_108_864,
    })
    return JSON.parse(stdout) as Record<string, unknown>
  }

  test('lists the tools, and finds no error in their schemas', async () => {
    const { tools } = (await inspect('tools/list', '--strict')) as { tools: { name: string }[] }
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['query_metrics', 'list_incidents']))
  })

  test('calls a tool', async () => {
    const result = await inspect('tools/call', '--tool-name', 'list_incidents')
    expect(result.structuredContent).toMatchObject({ incidents: [], total: 0 })
  })

  test('lists resources and prompts', async () => {
    expect(await inspect('resources/templates/list')).toHaveProperty('resourceTemplates.length', 3)
    const { prompts } = (await inspect('prompts/list')) as { prompts: { name: string }[] }
    expect(prompts[0]?.name).toBe('default')
  })
})
