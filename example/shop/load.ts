import { Agent } from 'node:http'
import { Discovery } from './discovery.ts'
import { exchange } from './exchange.ts'
import { processSettings } from './graph.ts'
import { Random } from './random.ts'

/** The shop's users, a process of its own: arrivals do not wait for answers, up to a bound on those under way. */

const inFlightMax = 100
const timeoutMs = 5000
const users = 200
const products = 24
const tickMs = 1000
const deadLinkShare = 0.01

const settings = processSettings()
const random = new Random(settings.seed).fork('load')
const agent = new Agent({ keepAlive: true })
const front = settings.ports.front
const discovery = new Discovery(agent, [front])
const phases = [random.between(0, 2 * Math.PI), random.between(0, 2 * Math.PI)] as const
let wander = 0
let inFlight = 0

process.on('SIGINT', () => {})
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

setInterval(() => {
  wander = 0.95 * wander + random.between(-0.01, 0.01)
}, tickMs)
arrive(performance.now())

/** Schedules by absolute time, so that a late timer does not lower the rate. */
function arrive(dueMs: number): void {
  const nextMs = dueMs + random.exponential(1000 / ratePerS())
  setTimeout(
    () => {
      if (inFlight < inFlightMax && random.chance(discovery.weight(front))) void visit()
      arrive(Math.max(nextMs, performance.now() - tickMs))
    },
    Math.max(0, nextMs - performance.now()),
  )
}

/** A slow wave of two periods and a little wandering about the usual rate. */
function ratePerS(): number {
  const turns = (performance.now() / 1000) * 2 * Math.PI
  const wave = 0.1 * Math.sin(turns / 83 + phases[0]) + 0.05 * Math.sin(turns / 29 + phases[1])
  return settings.rate * (1 + wave + wander)
}

async function visit(): Promise<void> {
  inFlight++
  try {
    await exchange({ agent, port: front, timeoutMs, ...choosePage() })
  } catch {
    // A user who got no answer leaves.
  } finally {
    inFlight--
  }
}

function choosePage(): { method: string; path: string; body?: unknown } {
  const user = `u${random.integer(1, users)}`
  const dice = random.next()
  if (dice < 0.38) return { method: 'GET', path: '/' }
  if (dice < 0.58) {
    // Some links are dead: there is no p0.
    const product = random.chance(deadLinkShare) ? 0 : random.integer(1, products)
    return { method: 'GET', path: `/products/p${product}` }
  }
  if (dice < 0.75) {
    const body = { product: `p${random.integer(1, products)}`, quantity: random.integer(1, 3) }
    return { method: 'POST', path: `/cart/${user}/items`, body }
  }
  return { method: 'POST', path: `/checkout/${user}`, body: {} }
}
