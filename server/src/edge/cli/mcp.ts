import type { Command } from 'commander'
import { type ConnectionOptions, withConnection } from './connection.ts'

/** A host that starts programs, such as an editor, meets a running platform through this one: stdio here, `/mcp` there. */
export function mcpCommand(program: Command, version: string): void {
  withConnection(
    program
      .command('mcp')
      .description(
        'serve a running platform to an MCP host over stdin and stdout; everything else goes to stderr',
      )
      .addHelpText('after', examples),
  ).action(async (options: ConnectionOptions) => {
    // Only this command needs the protocol: no other one waits for it.
    const { serveProxy } = await import('./mcp-proxy.ts')
    await serveProxy(options, version)
  })
}

const examples = `
In a host's configuration:
  { "mcpServers": { "aiops": { "command": "aiops", "args": ["mcp", "--url", "http://localhost:8080"], "env": { "AIOPS_TOKEN": "…" } } } }

Hosts that speak HTTP need no program: give them http://localhost:8080/mcp and the key as a bearer token.
`
