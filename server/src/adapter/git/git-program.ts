import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { Semaphore } from '../../kernel/semaphore.ts'

/** Short ones, and those that speak with callers: whoever reads slowly holds up neither the short ones nor the platform itself. */
const programsMax = 8
const longMax = 3
const exchangesMax = 8
const waitingMax = 64
const programMs = 30_000
const outputBytesMax = 33_554_432
const complaintBytesMax = 4_096

/** Settings that no file can change: what a program of ours reads is named here. */
const settings = [
  'safe.directory=*',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'core.precomposeUnicode=false',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.commitGraph=false',
  'gc.auto=0',
  'gc.autoDetach=false',
  'maintenance.auto=false',
  'receive.autogc=false',
  'pack.threads=1',
  // What is larger is streamed, and shown as no text: no object takes more memory than a few of these.
  'core.bigFileThreshold=16m',
  'pack.windowMemory=64m',
  'pack.deltaCacheSize=32m',
  'index.threads=1',
  'commit.gpgSign=false',
  'protocol.allow=never',
  'credential.helper=',
  'i18n.commitEncoding=utf-8',
  'i18n.logOutputEncoding=utf-8',
  'diff.external=',
  'log.showSignature=false',
]

export type GitRun = {
  folder: string
  arguments: readonly string[]
  input?: string | Uint8Array
  environment?: Readonly<Record<string, string>>
  signal?: AbortSignal
  bytesMax?: number
  /** Of a kind that a pushed tree can make last until it is ended, and that anybody who reads can ask for: they wait for each other alone. */
  isLong?: boolean
}
export type GitResult = { code: number; output: Buffer; complaint: string; truncated: boolean }

/** The git program with a clean environment: no configuration of machine or person, no prompts, no hooks, no network. */
export type GitProgram = {
  /** Whatever it exits with. Throws TIMEOUT, QUEUE_FULL, NOT_READY. */
  run(run: GitRun): Promise<GitResult>
  /** As `run`, but anything other than 0 is a fault. */
  must(run: GitRun): Promise<Buffer>
  /** A program whose streams the caller holds; counted among those that run until it ends. */
  start(run: Omit<GitRun, 'input' | 'bytesMax'>, kind?: 'SHORT' | 'LONG' | 'EXCHANGE'): Promise<ChildProcess>
}

export function createGitProgram(deps: { clock: Clock }, program = 'git'): GitProgram {
  const pools = {
    ...{ SHORT: new Semaphore(programsMax), LONG: new Semaphore(longMax) },
    EXCHANGE: new Semaphore(exchangesMax),
  }

  async function slot(slots: Semaphore, signal?: AbortSignal): Promise<void> {
    if (!slots.free && slots.waiting >= waitingMax)
      throw new Fault('QUEUE_FULL', 'Too many Git operations wait; try again in a moment.')
    await slots.acquire(signal)
  }

  function launch({ folder, arguments: rest, environment = {} }: GitRun): ChildProcess {
    const child = spawn(program, [...settings.flatMap((one) => ['-c', one]), ...rest], {
      cwd: folder,
      env: { ...cleanEnvironment(), ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Its own group, so that what it starts ends with it.
      detached: true,
    })
    child.stdin?.on('error', () => undefined)
    return child
  }

  async function start(run: GitRun, kind: keyof typeof pools = 'SHORT'): Promise<ChildProcess> {
    const slots = pools[kind]
    await slot(slots, run.signal)
    const child = launch(run)
    const stop = (): void => endGroup(child)
    run.signal?.addEventListener('abort', stop, { once: true })
    child.once('error', () => undefined)
    child.once('close', () => {
      run.signal?.removeEventListener('abort', stop)
      slots.release()
    })
    if (run.signal?.aborted) stop()
    return child
  }

  async function run(asked: GitRun): Promise<GitResult> {
    const child = await start(asked, asked.isLong ? 'LONG' : 'SHORT')
    const bytesMax = asked.bytesMax ?? outputBytesMax
    const parts: Buffer[] = []
    const complaints: Buffer[] = []
    let bytes = 0
    let complaintBytes = 0
    let truncated = false
    let late = false
    const cancel = deps.clock.after(programMs, () => {
      late = true
      endGroup(child)
    })
    child.stdout?.on('data', (part: Buffer) => {
      if (truncated) return
      const room = bytesMax - bytes
      parts.push(part.length > room ? part.subarray(0, room) : part)
      bytes += part.length
      if (bytes <= bytesMax) return
      truncated = true
      endGroup(child)
    })
    child.stderr?.on('data', (part: Buffer) => {
      if (complaintBytes < complaintBytesMax) complaints.push(part)
      complaintBytes += part.length
    })
    const ended = new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => reject(noProgram(error)))
      child.once('close', (code) => resolve(code ?? -1))
    })
    child.stdin?.end(asked.input ?? '')
    try {
      const code = await ended
      asked.signal?.throwIfAborted()
      if (late) throw new Fault('TIMEOUT', `Git took longer than ${programMs / 1_000} s.`)
      const complaint = Buffer.concat(complaints).toString('utf8', 0, complaintBytesMax)
      return { code, output: Buffer.concat(parts), complaint, truncated }
    } finally {
      cancel()
    }
  }

  return {
    run,
    start,
    async must(asked) {
      const { code, output, complaint, truncated } = await run(asked)
      if (truncated) throw new Fault('BODY_TOO_LARGE', 'Git answered with more than may be read at once.')
      if (code !== 0) throw new Fault('UPSTREAM_FAILED', `Git failed: ${firstLine(complaint)}`)
      return output
    },
  }
}

export function noProgram(error: NodeJS.ErrnoException): Fault {
  return error.code === 'ENOENT'
    ? new Fault(
        'NOT_READY',
        'There is no git program on this machine, or the repository is gone; the local forge needs git 2.38 or newer.',
      )
    : new Fault('UPSTREAM_FAILED', `Git could not be started (${error.code ?? error.message}).`, {
        cause: error,
      })
}

/** What git says first, without what could steer a terminal. */
export const firstLine = (complaint: string): string =>
  (complaint.split('\n').find((line) => line.trim() !== '') ?? 'it said nothing')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .slice(0, 300)

/** The whole group at once: git leaves the work to children of its own. */
export function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

const cleanEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  TZ: 'UTC',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_PAGER: 'cat',
})
