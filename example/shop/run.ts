import { randomBytes } from 'node:crypto'
import { fstatSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { createAdmin } from './admin.ts'
import { Child } from './child.ts'
import { ServiceControl } from './control.ts'
import { type ProcessSettings, roles } from './graph.ts'
import { choosePorts, nameServices } from './name.ts'
import { Random } from './random.ts'

/**
 * The supervisor: starts every service and the load, owns the admin door, and takes everything down when it ends.
 * Standard output is JSON lines: `ready` once, then `exit` for each death nobody asked for.
 */

const stopGraceMs = 1000

const { values } = parseArgs({
  options: {
    otlp: { type: 'string', default: 'http://127.0.0.1:8080' },
    seed: { type: 'string' },
    'export-interval-ms': { type: 'string', default: '2000' },
    rate: { type: 'string', default: '28' },
  },
})
const otlp = values.otlp.replace(/\/+$/, '')
const exportIntervalMs = positive('--export-interval-ms', values['export-interval-ms'])
const rate = positive('--rate', values.rate)

const controls: ServiceControl[] = []
let load: Child | undefined
let stopping = false

process.on('SIGTERM', () => void stop(0))
process.on('SIGINT', () => void stop(0))
process.on('disconnect', () => void stop(0))
watchParent()
// A stop during the start makes children end early, which is no error then.
await start().catch((error: unknown) => {
  if (stopping) return
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return stop(1)
})

async function start(): Promise<void> {
  const seed = values.seed ?? 'unseeded'
  const random = new Random(seed)
  const seeded = values.seed === undefined ? undefined : random
  const names = nameServices(seeded?.fork('names'))
  const ports = await choosePorts(seeded?.fork('ports'))
  const versions = chooseVersions(random.fork('versions'), seeded !== undefined)
  const common = { version: versions.good, otlp, rate, seed, ports }
  // Slightly different intervals keep the exports of the services from falling together.
  const intervals = random.fork('intervals')
  for (const role of roles) {
    const interval = Math.round(exportIntervalMs * intervals.between(0.96, 1.04))
    const settings: ProcessSettings = {
      ...common,
      role,
      name: names[role],
      port: ports[role],
      exportIntervalMs: interval,
    }
    controls.push(new ServiceControl(role, settings, versions, (service) => say({ event: 'exit', service })))
  }
  const loadSettings: ProcessSettings = { ...common, role: 'load', name: 'load', port: 0, exportIntervalMs }
  // One first: it fills the module cache, without which seven at once would each compile the same modules.
  await controls.at(-1)?.start()
  await Promise.all(controls.slice(0, -1).map((control) => control.start()))
  load = await Child.start('./load.ts', loadSettings, () => say({ event: 'exit', service: 'load' }))
  if (stopping) return load.kill()
  const token = randomBytes(24).toString('base64url')
  const admin = createAdmin(controls, token)
  await new Promise<void>((resolve) => admin.listen(0, '127.0.0.1', resolve))
  const services = controls.map((control) => {
    const { role, name, url } = control.state()
    return { role, name, url }
  })
  const { port } = admin.address() as AddressInfo
  say({ event: 'ready', admin: `http://127.0.0.1:${port}`, token, services })
}

/** The version everything runs at, and the one a bad deployment brings. */
function chooseVersions(random: Random, seeded: boolean): { good: string; next: string } {
  if (!seeded) return { good: '1.4.2', next: '1.5.0' }
  const major = random.integer(1, 4)
  const minor = random.integer(0, 12)
  return { good: `${major}.${minor}.${random.integer(0, 9)}`, next: `${major}.${minor + 1}.0` }
}

async function stop(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  await load?.stop(stopGraceMs)
  await Promise.all(controls.map((control) => control.stop(stopGraceMs)))
  process.exit(code)
}

/** A piped standard input that ends means that the parent is gone; a terminal or a file says nothing. */
function watchParent(): void {
  let piped = false
  try {
    const input = fstatSync(0)
    piped = input.isFIFO() || input.isSocket()
  } catch {
    return
  }
  if (!piped) return
  process.stdin.on('end', () => void stop(0))
  process.stdin.on('error', () => void stop(0))
  process.stdin.resume()
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function positive(flag: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  process.stderr.write(`${flag} must be a number above 0, not ${text}\n`)
  process.exit(2)
}
