import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Client, createClient } from '@aiops/contract/client'
import { stringify } from 'yaml'
import { Fault } from '../../../kernel/fault.ts'

/** A busy machine may take long; one that does not start at all says so and ends. */
const readyWithinMs = 60_000
const stopWithinMs = 8_000

/** The platform in a process and a folder of its own, as a user would start it. */
export type DemoPlatform = {
  url: string
  client: Client
  pid: number
  /** Where it and the demo keep what they need; gone when it stops. */
  folder: string
  /** Adds a runbook to the folder the platform watches. */
  addRunbook(id: string, yaml: string): void
  /** A secret that runbooks may name as `{{secret.NAME}}`; only its reference is ever stored or shown. */
  addSecret(name: string, value: string): void
  /** Resident memory of its process in bytes; null where the machine does not tell. */
  memoryBytes(): number | null
  stop(): Promise<void>
}

export async function startPlatform(
  mainPath: string,
  options: { port: number; settings: readonly string[]; config?: object },
): Promise<DemoPlatform> {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-demo-'))
  const runbooks = join(folder, 'runbooks')
  const secrets = join(folder, 'secrets')
  for (const made of [runbooks, secrets]) mkdirSync(made, { mode: 0o700 })
  const configFile = join(folder, 'aiops.yaml')
  if (options.config) writeFileSync(configFile, stringify(options.config))
  const settings = [
    `act.runbook_folder=${runbooks}`,
    `act.secret_folder=${secrets}`,
    'log.level=warn',
    // The shop sends over HTTP; the usual port may be that of a platform beside it.
    'collector.otlp_grpc.port=0',
    ...options.settings,
  ].flatMap((setting) => ['--set', setting])
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      mainPath,
      'serve',
      '--port',
      String(options.port),
      '--data',
      join(folder, 'data'),
      ...(options.config ? ['--config', configFile] : []),
      ...settings,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const url = await readyUrl(child)
  return {
    url,
    client: createClient({ url }),
    pid: child.pid ?? 0,
    folder,
    addRunbook: (id, yaml) => writeFileSync(join(runbooks, `${id}.yaml`), yaml),
    addSecret: (name, value) => writeFileSync(join(secrets, name), value, { mode: 0o600 }),
    memoryBytes: () => residentBytes(child.pid ?? 0),
    async stop() {
      await ended(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new Fault(
            'TIMEOUT',
            `The platform was not ready after ${readyWithinMs / 1_000} s; the machine may be too busy. Try again.`,
          ),
        ),
      readyWithinMs,
    )
    if (!child.stdout) return
    createInterface(child.stdout).on('line', (line) => {
      const url = /^ready (http\S+)/.exec(line)?.[1]
      if (!url) return
      clearTimeout(timer)
      resolve(url)
    })
    child.on('exit', (code) => {
      clearTimeout(timer)
      reject(new Fault('UPSTREAM_FAILED', `The platform stopped with code ${code} before it was ready.`))
    })
  })
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
    child.on('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

function residentBytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024
  } catch {
    return null
  }
}
