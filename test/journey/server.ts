import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '@aiops/contract/client'

const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))
const readyWithinMs = 30_000

export type Server = {
  url: string
  client: Client
  pid: number
  /** Seconds from the start of the process to its `ready` line. */
  readySeconds: number
  /** Resolves with the exit code, or null where a signal ended it. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

/** A new empty folder, removed by `remove`. */
export function temporaryFolder(name: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `aiops-${name}-`))
  return {
    path, // What failed may leave a thread that still writes: retried, so that this does not hide why it failed.
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}

/** The real program on a free port, as a user starts it. */
export async function startServer(
  folder: string,
  settings: readonly string[] = ['ingest.host.enabled=false'],
  withinMs = readyWithinMs,
  options: readonly string[] = [],
): Promise<Server> {
  const began = performance.now()
  const flags = ['log.level=warn', 'collector.otlp_grpc.port=0', ...settings].flatMap((setting) => [
    '--set',
    setting,
  ])
  const child = spawn(
    process.execPath,
    [
      '--max-semi-space-size=4',
      '--heap-growing-percent=60',
      aiops,
      'serve',
      '--port',
      '0',
      '--data',
      folder,
      ...options,
      ...flags,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const url = await readyUrl(child, withinMs)
  return {
    url,
    client: createClient({ url }),
    pid: child.pid ?? 0,
    readySeconds: (performance.now() - began) / 1_000,
    stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
      return new Promise((resolve) => {
        child.on('exit', (code) => resolve(code))
        child.kill(signal)
      })
    },
  }
}

function readyUrl(child: ChildProcess, withinMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = ''
    child.stderr?.on('data', (text) => {
      errors = `${errors}${text}`.slice(-4_000)
    })
    const timer = setTimeout(() => reject(new Error(`not ready in time: ${errors}`)), withinMs)
    child.on('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`ended with ${code} before it was ready: ${errors}`))
    })
    if (child.stdout) {
      createInterface(child.stdout).on('line', (line) => {
        const url = /^ready (\S+)/.exec(line)?.[1]
        if (!url) return
        clearTimeout(timer)
        resolve(url)
      })
    }
  })
}
