import { type ChildProcess, spawn } from 'node:child_process'
import { Agent } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { exchange } from './exchange.ts'
import type { FaultKind } from './fault.ts'
import type { Role } from './graph.ts'

/** The shop as a child process of the demo: a small distributed system that can really break. */

export { type FaultKind, faultKinds } from './fault.ts'
export { graph, type Role, roles } from './graph.ts'

export type ShopOptions = {
  /** Base address of the OTLP/HTTP receiver, as in `http://127.0.0.1:8080`. */
  otlp: string
  /** Gives every service another name and port, and slightly other habits. */
  seed?: number | string
  /** Default 2000. */
  exportIntervalMs?: number
  /** Requests per second at the front, on average; default 28. */
  rate?: number
  /** Hears of a service, by name, or the `load`, that died without being asked to. */
  onExit?: (service: string) => void
}

export type ShopService = { role: Role; name: string; url: string }

export interface Shop {
  readonly services: readonly ShopService[]
  /** Address of the admin door and the bearer token it asks for. */
  readonly admin: string
  readonly token: string
  readonly pid: number
  /** Resolves when the fault has begun. */
  fault(role: Role, kind: FaultKind): Promise<void>
  /** Undoes the fault, whatever it is; after `sabotage` it does harm instead, once. */
  restore(role: Role): Promise<void>
  /** Back to the state before the last restore. */
  undo(role: Role): Promise<void>
  sabotage(role: Role): Promise<void>
  /** Resolves when the supervisor and every process under it is gone. */
  stop(): Promise<void>
}

type ReadyLine = { event: 'ready'; admin: string; token: string; services: ShopService[] }

const readyTimeoutMs = 20_000
/** Longer than the supervisor gives its children. */
const stopTimeoutMs = 4000
/** A restart with the handover of the port takes a few seconds at most. */
const adminTimeoutMs = 20_000

/** Starts the shop and resolves once every service answers; throws where it does not come up. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const args = ['--otlp', options.otlp]
  if (options.seed !== undefined) args.push('--seed', String(options.seed))
  if (options.exportIntervalMs !== undefined)
    args.push('--export-interval-ms', String(options.exportIntervalMs))
  if (options.rate !== undefined) args.push('--rate', String(options.rate))
  // Its standard input is a pipe held open here: it ends with this process, however this process ends.
  const child = spawn(process.execPath, [fileURLToPath(new URL('./run.ts', import.meta.url)), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ready = await readLines(child, options.onExit)
  return open(child, ready)
}

function open(child: ChildProcess, ready: ReadyLine): Shop {
  const { admin, token, services } = ready
  const agent = new Agent({ keepAlive: false })
  const post = async (role: Role, verb: string, body: unknown = {}) => {
    const service = services.find((each) => each.role === role)
    if (service === undefined) throw new Error(`the shop has no ${role}`)
    const answer = await exchange({
      agent,
      port: Number(new URL(admin).port),
      method: 'POST',
      path: `/services/${service.name}/${verb}`,
      headers: { authorization: `Bearer ${token}` },
      body,
      timeoutMs: adminTimeoutMs,
    })
    if (answer.status !== 200) throw new Error(`${verb} of ${service.name}: ${JSON.stringify(answer.body)}`)
  }
  return {
    services,
    admin,
    token,
    pid: child.pid as number,
    fault: (role, kind) => post(role, 'fault', { kind }),
    restore: (role) => post(role, 'restore'),
    undo: (role) => post(role, 'undo'),
    sabotage: (role) => post(role, 'sabotage'),
    stop: () => stop(child),
  }
}

/** Resolves with the ready line and goes on listening for exits. */
function readLines(child: ChildProcess, onExit: ShopOptions['onExit']): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the shop was not ready within ${readyTimeoutMs}ms`))
    }, readyTimeoutMs)
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the shop ended while starting, with code ${code}`))
    })
    if (child.stdout === null) throw new Error('the shop has no standard output')
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as ReadyLine | { event: 'exit'; service: string }
      if (line.event === 'exit') onExit?.(line.service)
      else {
        clearTimeout(timer)
        resolve(line)
      }
    })
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
