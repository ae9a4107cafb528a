import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Condition } from './fault.ts'
import { type ProcessSettings, processVariable } from './graph.ts'

const startTimeoutMs = 10_000

/**
 * Eight of these stand on a laptop: small heaps, few V8 threads, and no middle compilers, whose code takes 10 MB a
 * process and earns nothing at this load. Collection on demand frees leaked memory.
 */
const nodeFlags = [
  '--expose-gc',
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  '--no-sparkplug',
  '--no-maglev',
]

/** Where Node keeps its compiled and type-stripped modules between starts; it halves the time of the next one. */
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/shop', import.meta.url))

/** One process of the shop, tied to this one by its IPC channel: when this one is gone, it ends by itself. */
export class Child {
  readonly version: string
  readonly #process: ChildProcess
  readonly #exited: Promise<void>
  #expected = false

  /** Starts it and resolves once it says that it is ready; `onExit` hears of a death nobody asked for. */
  static async start(file: string, settings: ProcessSettings, onExit: () => void): Promise<Child> {
    const child = new Child(file, settings)
    await child.#ready()
    child.#process.once('exit', () => {
      if (!child.#expected) onExit()
    })
    return child
  }

  private constructor(file: string, settings: ProcessSettings) {
    this.version = settings.version
    this.#process = spawn(process.execPath, [...nodeFlags, fileURLToPath(new URL(file, import.meta.url))], {
      env: { ...environment(), [processVariable]: JSON.stringify(settings) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', () => resolve())
      this.#process.once('error', () => resolve())
    })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** Tells it its condition; to a process that is gone this is nothing. */
  set(condition: Condition): void {
    if (this.#process.connected) this.#process.send(condition, () => {})
  }

  /** The process is gone at once, without a last word. */
  async kill(): Promise<void> {
    this.#expected = true
    this.#process.kill('SIGKILL')
    await this.#exited
  }

  /** Asks it to finish and end, and ends it after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#expected = true
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), graceMs)
    await this.#exited
    clearTimeout(timer)
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        void this.kill()
        reject(new Error(`a process of the shop was not ready within ${startTimeoutMs}ms`))
      }, startTimeoutMs)
      this.#process.once('message', () => {
        clearTimeout(timer)
        resolve()
      })
      void this.#exited.then(() => {
        clearTimeout(timer)
        reject(new Error('a process of the shop ended while starting'))
      })
    })
  }
}

/** The caller's environment less what would change the telemetry behind our back. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([key]) => !key.startsWith('OTEL_') && key !== 'NODE_OPTIONS',
  )
  return { NODE_COMPILE_CACHE: compileCache, ...Object.fromEntries(kept) }
}
