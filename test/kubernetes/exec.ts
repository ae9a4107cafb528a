import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export type ExecCommand = {
  namespace: string
  pod: string
  container: string | undefined
  command: readonly string[]
  /** What came on standard input; '' where none was asked for. */
  input: string
}
export type ExecResult = { stdout?: string; stderr?: string; exitCode?: number }
export type ExecScript = (command: ExecCommand) => ExecResult

/** v5 says when standard input ends; v4 cannot. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 }
const inputBytesMax = 1 << 20

/** Takes over a connection and answers the command that its query names by the script: pods/exec over WebSocket. */
export function createExecServer(script: () => ExecScript) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: inputBytesMax,
    handleProtocols: (offered) => protocols.find((name) => offered.has(name)) ?? false,
  })
  return (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    target: { namespace: string; pod: string },
  ): void => {
    const query = new URL(request.url ?? '', 'http://server').searchParams
    const command = query.getAll('command')
    const container = query.get('container') ?? undefined
    server.handleUpgrade(request, socket, head, (ws) => {
      const run = (input: string) => answer(ws, script()({ ...target, container, command, input }))
      if (query.get('stdin') !== 'true' || ws.protocol !== protocols[0]) return run('')
      const parts: Buffer[] = []
      ws.on('message', (data: Buffer) => {
        if (data[0] === channel.stdin) parts.push(data.subarray(1))
        if (data[0] === channel.close && data[1] === channel.stdin) run(Buffer.concat(parts).toString())
      })
    })
  }
}

function answer(ws: WebSocket, { stdout = '', stderr = '', exitCode = 0 }: ExecResult): void {
  const send = (number: number, text: string) =>
    ws.send(Buffer.concat([Buffer.from([number]), Buffer.from(text)]))
  // Output comes in pieces, which may end within a character.
  for (const [number, text] of [
    [channel.stdout, Buffer.from(stdout)],
    [channel.stderr, Buffer.from(stderr)],
  ] as const) {
    const step = Math.max(1, Math.ceil(text.length / 3))
    for (let at = 0; at < text.length; at += step)
      ws.send(Buffer.concat([Buffer.from([number]), text.subarray(at, at + step)]))
  }
  const failure = {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  }
  send(channel.error, JSON.stringify({ metadata: {}, ...(exitCode === 0 ? { status: 'Success' } : failure) }))
  ws.close(1_000)
}
