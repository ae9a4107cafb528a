import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { describe, expect, onTestFinished, test } from 'vitest'
import { allTools, eras, keyOf, openEdge } from '../../../../test/mcp/open-edge.ts'

const program = fileURLToPath(new URL('../../../bin/aiops.js', import.meta.url))

const started = (args: string[]) =>
  new StdioClientTransport({ command: process.execPath, args: [program, 'mcp', ...args], stderr: 'pipe' })

describe.each(eras)('aiops mcp, for a host of revision $revision', ({ mode }) => {
  test('shows what a running platform offers this key, and calls it', { timeout: 60_000 }, async () => {
    const { url } = await openEdge({ keyed: true })
    const host = new Client({ name: 'host', version: '1.0.0' }, { versionNegotiation: { mode } })
    await host.connect(started(['--url', url, '--token', keyOf('viewer')]))
    onTestFinished(() => host.close())
    const names = (await host.listTools()).tools.map(({ name }) => name)
    expect(names).toContain('list_incidents')
    expect(names).not.toContain('propose_runbook')
    expect(names.length).toBeLessThan(allTools.length)
    const result = await host.callTool({ name: 'list_incidents', arguments: {} })
    expect(result.isError ?? false).toBe(false)
    expect(result.structuredContent).toHaveProperty('incidents')
    expect((await host.listPrompts()).prompts.length).toBeGreaterThan(0)
    const [first] = (await host.listResources()).resources
    expect((await host.readResource({ uri: first?.uri ?? '' })).contents).toHaveLength(1)
    await expect(host.getPrompt({ name: 'nobody' })).rejects.toThrow('There is no persona')
  })
})

test('without a key where one is asked for, it says so on stderr and ends', { timeout: 60_000 }, async () => {
  const { url } = await openEdge({ keyed: true })
  const transport = started(['--url', url])
  let said = ''
  transport.stderr?.on('data', (part: Buffer) => {
    said += part.toString()
  })
  const host = new Client({ name: 'host', version: '1.0.0' })
  await expect(host.connect(transport)).rejects.toThrow()
  expect(said).toContain('give it with --token')
})
