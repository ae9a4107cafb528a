import { spawn } from 'node:child_process'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'

export type EngineRun = { code: number; stdout: Buffer; stderr: Buffer }

export type EngineCommand = {
  program: string
  args: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  timeoutMs: number
  /** Of stdout, and of stderr; beyond it the run is stopped. */
  outputBytesMax: number
  /** Between the interrupt, on which the engine stores its state and gives its lock back, and the kill. */
  graceMs: number
  /** Folder for files that it writes to instead of pipes: a program that writes to a pipe whose reader died is killed by that. */
  outputFolder?: string
}

const sizeLookMs = 1_000

/**
 * Runs the engine in a process group of its own, with nothing to read. Whoever aborts, a timeout or too much output interrupts the group
 * and kills it after the grace time; either way it is gone when this settles. Rejects with PLAN_FAILED.
 */
export async function runEngine(
  clock: Clock,
  command: EngineCommand,
  signal: AbortSignal,
): Promise<EngineRun> {
  if (signal.aborted) throw stopped(command, signal)
  const { program, args, cwd, env } = command
  const files = command.outputFolder === undefined ? undefined : await openOutput(command.outputFolder)
  const child = spawn(program, args, {
    ...{ cwd, env, detached: true },
    stdio: ['ignore', files?.out.fd ?? 'pipe', files?.err.fd ?? 'pipe'],
  })
  let why: Fault | undefined
  let cancelKill = (): void => {}
  const stop = (fault: Fault): void => {
    if (why) return
    why = fault
    signalGroup(child.pid, 'SIGINT')
    cancelKill = clock.after(command.graceMs, () => signalGroup(child.pid, 'SIGKILL'))
  }
  const onAbort = (): void => stop(stopped(command, signal))
  signal.addEventListener('abort', onAbort, { once: true })
  const cancelTimeout = clock.after(command.timeoutMs, () =>
    stop(new Fault('PLAN_FAILED', `${verbOf(command)} took longer than ${command.timeoutMs / 1_000} s.`)),
  )
  const tooMuch = (): void =>
    stop(new Fault('PLAN_FAILED', `${verbOf(command)} wrote more than ${command.outputBytesMax} bytes.`))
  const bytesMax = command.outputBytesMax
  const stdout = child.stdout ? collect(child.stdout, bytesMax, tooMuch) : undefined
  const stderr = child.stderr ? collect(child.stderr, bytesMax, tooMuch) : undefined
  const cancelWatch = files ? clock.every(sizeLookMs, () => void files.watch(bytesMax, tooMuch)) : undefined
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', (error) =>
        reject(new Fault('PLAN_FAILED', `The engine cannot be started: ${error.message}.`)),
      )
      // 128 and the signal's number is how a shell says it; which one it was does not matter here.
      child.once('exit', (status) => resolve(status ?? 128))
    })
    // What it left behind would hold the pipes open.
    signalGroup(child.pid, 'SIGKILL')
    if (why) throw why
    if (files)
      return {
        code,
        stdout: await files.read(files.out, bytesMax),
        stderr: await files.read(files.err, bytesMax),
      }
    return { code, stdout: (await stdout) ?? Buffer.alloc(0), stderr: (await stderr) ?? Buffer.alloc(0) }
  } finally {
    cancelWatch?.()
    await files?.close()
    cancelTimeout()
    cancelKill()
    signal.removeEventListener('abort', onAbort)
  }
}

async function openOutput(folder: string) {
  const [out, err] = [
    await open(join(folder, 'engine.out'), 'w+', 0o600),
    await open(join(folder, 'engine.err'), 'w+', 0o600),
  ]
  const sizeOf = async (file: FileHandle): Promise<number> => (await file.stat()).size
  return {
    ...{ out, err },
    async watch(bytesMax: number, tooMuch: () => void): Promise<void> {
      const sizes = await Promise.all([sizeOf(out), sizeOf(err)]).catch(() => [0])
      if (Math.max(...sizes) > bytesMax) tooMuch()
    },
    async read(file: FileHandle, bytesMax: number): Promise<Buffer> {
      const buffer = Buffer.alloc(Math.min(bytesMax, await sizeOf(file)))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return buffer.subarray(0, bytesRead)
    },
    async close(): Promise<void> {
      await out.close()
      await err.close()
    },
  }
}

async function collect(
  stream: NodeJS.ReadableStream,
  bytesMax: number,
  tooMuch: () => void,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bytesMax) tooMuch()
    else chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // It has ended.
  }
}

const verbOf = ({ args }: EngineCommand): string =>
  `The engine's ${args.find((arg) => verbs.has(arg)) ?? 'run'}`

const stopped = (command: EngineCommand, signal: AbortSignal): Fault =>
  signal.reason instanceof Fault ? signal.reason : new Fault('PLAN_FAILED', `${verbOf(command)} was stopped.`)

const verbs = new Set(['init', 'validate', 'plan', 'show', 'apply', 'output', 'state'])
