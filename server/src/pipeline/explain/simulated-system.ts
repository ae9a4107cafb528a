import type { Random } from '../../kernel/random.ts'

/** Services that call one another, and how a fault in one spreads: for simulated cases. */
export const simulatedFaults = [
  'latency',
  'errors',
  'cpu',
  'memory',
  'pool',
  'down',
  'deploy',
  'traffic',
] as const
export type SimulatedFault = (typeof simulatedFaults)[number]

export type Service = {
  name: string
  workMs: number
  base: { cpu: number; memory: number; error: number }
  calls: { to: number; share: number }[]
}
export type Load = {
  rate: number[]
  meanMs: number[]
  selfMs: number[]
  error: number[]
  origin: number[]
  edge: Map<string, { rate: number; meanMs: number; error: number }>
}
export type Fault = { kind: SimulatedFault; at: number }

/** What is wrong there, if anything. */
export const faultAt = (faults: readonly Fault[], at: number): SimulatedFault | undefined =>
  faults.find((fault) => fault.at === at)?.kind

const timeoutMs = 1_500

/** Callers before callees, so that the graph has no cycle; every service but the first is called by somebody. */
export function makeServices(random: Random): Service[] {
  const count = 6 + Math.floor(random.next() * 9)
  const services = Array.from(
    { length: count },
    (_, at): Service => ({
      name: `s${Math.floor(random.next() * 1e6)}-${at}`,
      workMs: 5 + random.next() * 15,
      base: {
        cpu: 0.02 + random.next() * 0.08,
        memory: (60 + random.next() * 60) * 2 ** 20,
        error: random.next() * 0.003,
      },
      calls: [],
    }),
  )
  for (let to = 1; to < count; to += 1) {
    const callers = new Set([Math.floor(random.next() * to)])
    if (random.next() < 0.5) callers.add(Math.floor(random.next() * to))
    for (const from of callers) services[from]!.calls.push({ to, share: 0.3 + random.next() * 0.7 })
  }
  return services
}

/** Requests flow from callers to callees, time and failures back: first rates, top down, then the rest, bottom up. */
export function loadOf(
  services: readonly Service[],
  entry: number,
  faults: readonly Fault[],
  random: Random,
): Load {
  const count = services.length
  const zero = () => new Array<number>(count).fill(0)
  const load: Load = {
    rate: zero(),
    meanMs: zero(),
    selfMs: zero(),
    error: zero(),
    origin: zero(),
    edge: new Map(),
  }
  for (let at = count - 1; at >= 0; at -= 1) answer(services, load, at, faults, random)
  load.rate[0] = entry * askedShare(faults, 0)
  for (let at = 0; at < count; at += 1) {
    // A failing callee ends the request before the next one is called.
    let going = 1
    for (const { to, share } of services[at]!.calls) {
      const asked = askedShare(faults, to)
      const rate = load.rate[at]! * share * going * asked
      load.rate[to]! += rate
      load.edge.set(`${at} ${to}`, {
        rate,
        meanMs: Math.min(timeoutMs, load.meanMs[to]!) * (1 + 0.04 * gaussian(random)) + 1,
        error: clamp(load.error[to]!),
      })
      going *= 1 - load.error[to]! * share
    }
  }
  return load
}

const askedShare = (faults: readonly Fault[], at: number): number =>
  faultAt(faults, at) === 'traffic' ? 0.1 : 1

function answer(
  services: readonly Service[],
  load: Load,
  at: number,
  faults: readonly Fault[],
  random: Random,
): void {
  const service = services[at]!
  const own = ownBehaviour(service, faultAt(faults, at), random)
  // One busy process on a small machine slows the others a little.
  const isCrowded = faults.some((fault) => fault.kind === 'cpu' && fault.at !== at)
  const crowded = isCrowded ? 1 + 0.3 * random.next() : 1
  const selfMs = own.selfMs * crowded * (1 + 0.06 * gaussian(random))
  let failed = 0
  let waitMs = 0
  for (const { to, share } of service.calls) {
    const asked = askedShare(faults, to)
    waitMs += share * asked * Math.min(timeoutMs, load.meanMs[to]!)
    failed = 1 - (1 - failed) * (1 - load.error[to]! * share * asked)
  }
  load.selfMs[at] = selfMs
  load.meanMs[at] = selfMs + waitMs
  load.origin[at] = own.error * (1 - failed)
  load.error[at] = 1 - (1 - failed) * (1 - own.error)
}

function ownBehaviour(
  service: Service,
  kind: SimulatedFault | undefined,
  random: Random,
): { selfMs: number; error: number } {
  const usual = {
    selfMs: service.workMs,
    error: random.next() < 0.3 ? service.base.error * 5 * random.next() : 0,
  }
  if (kind === 'latency') return { ...usual, selfMs: usual.selfMs + 300 + random.next() * 300 }
  if (kind === 'errors') return { ...usual, error: 0.45 + 0.1 * random.next() }
  if (kind === 'cpu') return { ...usual, selfMs: usual.selfMs * 3 + 40 * random.next() }
  if (kind === 'memory') return { ...usual, selfMs: usual.selfMs * 1.5 + 20 * random.next() }
  if (kind === 'pool') return { selfMs: 800, error: 0.9 }
  if (kind === 'down') return { selfMs: 2, error: 1 }
  if (kind === 'deploy') return { selfMs: usual.selfMs + 150, error: 0.3 + 0.1 * random.next() }
  return usual
}

export const clamp = (value: number): number => Math.min(1, Math.max(0, value))

/** Box and Muller's transform. */
export const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

/** Knuth's method; for large means the normal approximation. */
export function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(random)))
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random.next(); product > limit; product *= random.next()) count += 1
  return count
}
