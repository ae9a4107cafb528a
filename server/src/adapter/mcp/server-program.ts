import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import { plain } from './definition.ts'

export type ProgramCommand = {
  name: string
  command: string
  args: readonly string[]
  folder: string
  env: Readonly<Record<string, string>>
  /** Values that no log may hold. */
  secrets: readonly string[]
}

/** A server's program in a process group of its own, so that what it starts ends with it. */
export interface ServerProgram {
  /** Throws NOT_READY once it has ended. */
  write(line: string): Promise<void>
  /** Asks it to end, by closing its input and SIGTERM, then makes it; settles when it is gone. */
  end(): Promise<void>
  /** Ends it at once. */
  kill(): void
}

export type ProgramListener = {
  /** One line of its output, without the end of line. */
  line(line: Buffer): void
  /** It ended, by itself or not; called once, and nothing after it. */
  ended(why: string): void
}

/** Bytes of one message: as large as the largest list of tools may be. */
export const lineBytesMax = 1_048_576
/** Between SIGTERM and SIGKILL. */
const graceMs = 2_000
/** What of its error output is logged: characters of a line, lines in a minute. */
const complaintMax = 500
const complaintsMax = 20
const complaintsMs = 60_000

const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR']
const ownEnvironment = (): Record<string, string> =>
  Object.fromEntries(inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))

/** Resolves when the program runs; rejects with NOT_READY where it cannot be started. */
export async function startProgram(
  { clock, log }: { clock: Clock; log: Log },
  program: ProgramCommand,
  listener: ProgramListener,
): Promise<ServerProgram> {
  const child = spawn(program.command, [...program.args], {
    ...{ cwd: program.folder, env: { ...ownEnvironment(), ...program.env } },
    ...{ stdio: ['pipe', 'pipe', 'pipe'] as const, detached: true, shell: false },
  })
  let hasEnded = false
  let why: string | undefined
  const kill = (reason = 'it was ended'): void => {
    why ??= reason
    signalGroup(child, 'SIGKILL')
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.once('exit', (code, signal) => {
    hasEnded = true
    // What it left behind would go on without it.
    signalGroup(child, 'SIGKILL')
    listener.ended(why ?? `it ended with ${signal ?? `code ${code}`}`)
  })
  child.stdin.on('error', () => undefined)
  child.stdout.on('error', () => undefined)
  readLines(child.stdout, (line) => !hasEnded && listener.line(line), kill)
  logComplaints(child.stderr, { clock, log }, program)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) =>
      reject(new Fault('NOT_READY', `${program.command} cannot be started: ${error.message}.`)),
    )
  })
  return {
    kill,
    write: (line) =>
      new Promise((resolve, reject) => {
        if (hasEnded) return reject(new Fault('NOT_READY', `The program of ${program.name} has ended.`))
        child.stdin.write(`${line}\n`, (error) => (error ? reject(error) : resolve()))
      }),
    async end() {
      if (hasEnded) return
      why ??= 'it was ended'
      child.stdin.end()
      signalGroup(child, 'SIGTERM')
      const cancel = clock.after(graceMs, kill)
      await gone
      cancel()
    },
  }
}

/** Lines that are longer than a message may be end the program: what follows would be no message either. */
function readLines(
  stream: NodeJS.ReadableStream,
  onLine: (line: Buffer) => void,
  kill: (why: string) => void,
): void {
  let held: Buffer[] = []
  let heldBytes = 0
  let isOver = false
  stream.on('data', (chunk: Buffer) => {
    let from = 0
    while (!isOver) {
      const end = chunk.indexOf(0x0a, from)
      const part = chunk.subarray(from, end < 0 ? chunk.length : end)
      heldBytes += part.length
      if (heldBytes > lineBytesMax) {
        isOver = true
        held = []
        return kill(`it sent a message of more than ${lineBytesMax} bytes`)
      }
      held.push(part)
      if (end < 0) return
      const line = held.length === 1 ? held[0]! : Buffer.concat(held)
      held = []
      heldBytes = 0
      from = end + 1
      if (line.length > 0) onLine(line)
    }
  })
}

/** What it writes to its error output, some of it: for whoever finds out why it does not work. */
function logComplaints(
  stream: NodeJS.ReadableStream,
  { clock, log }: { clock: Clock; log: Log },
  { name, secrets }: ProgramCommand,
): void {
  let text = ''
  let told = 0
  let sinceMs = clock.monotonic()
  stream.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => {
    const lines = `${text}${chunk.toString('utf8')}`.split('\n')
    text = lines.pop()!.slice(0, complaintMax)
    for (const line of lines) {
      if (clock.monotonic() - sinceMs > complaintsMs) {
        told = 0
        sinceMs = clock.monotonic()
      }
      if (line.trim() === '' || ++told > complaintsMax) continue
      const safe = secrets.reduce((said, secret) => said.replaceAll(secret, '[redacted]'), line)
      log.info(
        { server: name, line: plain(safe).slice(0, complaintMax) },
        'an MCP server wrote to its error output',
      )
    }
  })
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // It has ended.
  }
}
