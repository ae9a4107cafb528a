/** Real servers, as a user would have them, on loopback for the length of a test. `script/install-servers.sh` installs them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe } from 'vitest'

const readyTimeoutMs = 30_000

/** What the script builds or downloads is kept here. */
const cacheFolder = process.env.AIOPS_SERVER_CACHE ?? join(homedir(), '.cache', 'aiops-servers')

/** Where Debian puts servers that no path names. */
const debianFolders = ['/usr/sbin', '/usr/lib/postgresql/15/bin']

/** Where the program is on this machine. */
export function findServer(program: string): string | undefined {
  return [...(process.env.PATH ?? '').split(delimiter), ...debianFolders, join(cacheFolder, 'bin')]
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** What plans and applies infrastructure: the one that the script builds, or the other where that alone is here. */
export const engineProgram = !findServer('tofu') && findServer('terraform') ? 'terraform' : 'tofu'
export const findEngine = (): string | undefined => findServer(engineProgram)

/**
 * `describe` for what needs these programs; where one is missing it is skipped, and its name says which.
 * In CI (`AIOPS_SKIP_NOTHING`) it runs all the same, and fails.
 */
export function integration(name: string, programs: readonly string[], body: () => void): void {
  const missing = programs.filter((program) => !findServer(program))
  if (missing.length === 0 || process.env.AIOPS_SKIP_NOTHING) describe(name, body)
  else describe.skip(`${name} (skipped: no ${missing.join(', ')}; run script/install-servers.sh)`, body)
}

export type RealServer = {
  origin: string
  port: number
  folder: string
  output(): string
  stop(): Promise<void>
}

export type RealServerStart = {
  program: string
  /** A free port on loopback and an empty folder that goes when the server stops. */
  args: (port: number, folder: string) => string[]
  /** Another port than a free one: of a server that comes back. */
  port?: number
  /** Beside this process' own environment. */
  env?: Readonly<Record<string, string>>
  /** Answers 200 when the server can serve. */
  readyPath: string
}

export async function startServer({
  program,
  args,
  env,
  readyPath,
  ...set
}: RealServerStart): Promise<RealServer> {
  const path = findServer(program)
  if (!path) throw new Error(`${program} is not here: run script/install-servers.sh.`)
  const port = set.port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), `aiops-${program}-`))
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
  const child = spawn(path, args(port, folder), { cwd: folder, stdio, env: { ...process.env, ...env } })
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-64_000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const stop = async () => {
    await ended(child)
    rmSync(folder, { recursive: true, force: true })
  }
  const origin = `http://127.0.0.1:${port}`
  try {
    await ready(`${origin}${readyPath}`, child)
  } catch (cause) {
    await stop()
    throw new Error(`${program} did not become ready:\n${output}`, { cause })
  }
  return { origin, port, folder, output: () => output, stop }
}

/** A port that was free a moment ago; nothing reserves it. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + readyTimeoutMs
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended')
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await sleep(50)
  }
  throw new Error(`no 200 from ${url} in ${readyTimeoutMs} ms`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await over
  clearTimeout(kill)
}
