import type { Transport } from '@modelcontextprotocol/client'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { type ProgramCommand, type ServerProgram, startProgram } from './server-program.ts'

/**
 * The stdio transport of MCP (revision 2025-11-25, "Transports"): one JSON-RPC message a line. The library's own gives the program no
 * process group, so that what it starts would outlive it, and lets it write its errors without end.
 */
export function createStdioTransport(
  deps: { clock: Clock; log: Log },
  command: ProgramCommand,
  ended: (why: string) => void,
): Transport & { kill(): void } {
  let starting: Promise<ServerProgram> | undefined
  let program: ServerProgram | undefined
  const transport: Transport & { kill(): void } = {
    async start() {
      starting = startProgram(deps, command, {
        line(line) {
          try {
            transport.onmessage?.(JSON.parse(line.toString('utf8')))
          } catch (error) {
            // A line that is no message disturbs nobody but who waits for an answer, up to the time limit.
            transport.onerror?.(error as Error)
          }
        },
        ended(why) {
          ended(why)
          transport.onclose?.()
        },
      })
      program = await starting
    },
    async send(message) {
      await program?.write(JSON.stringify(message))
    },
    async close() {
      await (await starting?.catch(() => undefined))?.end()
    },
    kill: () => program?.kill(),
  }
  return transport
}
