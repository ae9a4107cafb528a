/** A real PostgreSQL on loopback, with a role and a database for the program, as whoever runs it would make them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { findServer, freePort } from './real-server.ts'

const readyTimeoutMs = 60_000

export const postgresPrograms = ['postgres', 'initdb'] as const
export const postgresRole = 'aiops'
export const postgresPassword = 'not a guess'

export type PostgresServer = {
  port: number
  /** `postgres://…` without a question mark: server and database. */
  address: string
  /** Ends the process at once, as a crash would; what it acknowledged is in its folder. */
  kill(): Promise<void>
  start(): Promise<void>
  /** As the owner of the server; counts come back as text. */
  ask(sql: string, database?: string): Promise<Record<string, unknown>[]>
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'aiops-postgres-'))
  const data = join(folder, 'data')
  const account = ownAccount()
  if (account) {
    chownSync(folder, account.uid, account.gid)
    // That account must be able to pass through the folder of this run.
    chmodSync(tmpdir(), (statSync(tmpdir()).mode & 0o7777) | 0o001)
  }
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, postgresPassword)
  if (account) chownSync(passwordFile, account.uid, account.gid)
  const trusted = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--username=owner']
  execFileSync(programOf('initdb'), ['-D', data, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', ...trusted], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let child: ChildProcess | undefined
  let output = ''

  const kill = async (): Promise<void> => {
    const running = child
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const over = new Promise((resolve) => running.once('exit', resolve))
    // SIGQUIT is its "immediate": no checkpoint, recovery at the next start; with SIGKILL its children would keep the memory.
    running.kill('SIGQUIT')
    await over
  }
  const ask = async (sql: string, database = 'postgres'): Promise<Record<string, unknown>[]> => {
    const client = new Client({
      ...{ host: '127.0.0.1', port, user: 'owner', password: postgresPassword, database },
    })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows
    } finally {
      await client.end()
    }
  }
  const start = async (): Promise<void> => {
    const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`]
    const running = spawn(
      programOf('postgres'),
      ['-D', data, '-p', String(port), ...settings, '-c', 'max_connections=60'],
      { ...account, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    child = running
    const keep = (chunk: Buffer): void => {
      output = (output + chunk).slice(-8_000)
    }
    running.stdout.on('data', keep)
    running.stderr.on('data', keep)
    const until = Date.now() + readyTimeoutMs
    while (!(await ask('select 1').catch(() => undefined))) {
      if (running.exitCode !== null || Date.now() > until)
        throw new Error(`PostgreSQL did not start:\n${output}`)
      await sleep(100)
    }
  }
  await start()
  await ask(`create role ${postgresRole} login password '${postgresPassword}'`)
  await ask(`create database aiops owner ${postgresRole}`)
  return {
    ...{ port, address: `postgres://127.0.0.1:${port}/aiops`, kill, start, ask },
    async remove() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL will not run as root: there it runs as the account that Debian's package makes. */
function ownAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']).toString())
  return { uid: id('-u'), gid: id('-g') }
}

function programOf(program: string): string {
  const path = findServer(program)
  if (!path) throw new Error(`${program} is not here: run script/install-servers.sh postgresql.`)
  return path
}
