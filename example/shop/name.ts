import { createServer } from 'node:net'
import { type Role, roles } from './graph.ts'
import type { Random } from './random.ts'

/** Names that say nothing about the work done behind them. */
const neutralNames = [
  'alder',
  'amber',
  'aspen',
  'basil',
  'birch',
  'bramble',
  'cedar',
  'cinder',
  'clover',
  'cobalt',
  'comet',
  'coral',
  'dahlia',
  'delta',
  'drift',
  'ember',
  'fable',
  'fern',
  'flint',
  'garnet',
  'ginger',
  'granite',
  'harbor',
  'hazel',
  'heron',
  'indigo',
  'ivory',
  'jasper',
  'juniper',
  'kestrel',
  'lantern',
  'lark',
  'linden',
  'lotus',
  'lupin',
  'maple',
  'marble',
  'meadow',
  'nimbus',
  'onyx',
  'opal',
  'orchid',
  'otter',
  'pebble',
  'quartz',
  'raven',
  'saffron',
  'sparrow',
  'thistle',
  'topaz',
  'tundra',
  'umber',
  'velvet',
  'willow',
  'yarrow',
  'zephyr',
] as const

const neutralSuffixes = ['', '', '', '-svc', '-api', '-core', '-hub'] as const

/** Below Linux's ephemeral range (32768 and up), so that no outgoing connection holds one by chance. */
const seededPorts = { low: 20_000, high: 29_999 }

/** Each role's name: its own without a seed, an unrelated one with a seed. */
export function nameServices(random: Random | undefined): Record<Role, string> {
  if (random === undefined) return byRole((role) => role)
  const names = random.shuffle(neutralNames)
  return byRole((_role, at) => `${names[at]}${random.pick(neutralSuffixes)}`)
}

/**
 * Each role's loopback port: any free one without a seed, derived from the seed otherwise. A derived port that is
 * taken gives way to the seed's next one, so two shops with one seed can stand side by side.
 */
export async function choosePorts(random: Random | undefined): Promise<Record<Role, number>> {
  const chosen: number[] = []
  for (let attempt = 0; chosen.length < roles.length; attempt++) {
    if (attempt > 200) throw new Error('no free loopback port found in 200 attempts')
    const wanted = random?.integer(seededPorts.low, seededPorts.high) ?? 0
    const port = await probePort(wanted)
    if (port !== undefined && !chosen.includes(port)) chosen.push(port)
  }
  return byRole((_role, at) => chosen[at] as number)
}

function byRole<T>(value: (role: Role, at: number) => T): Record<Role, T> {
  return Object.fromEntries(roles.map((role, at) => [role, value(role, at)])) as Record<Role, T>
}

/** The port if it can be bound now (0 asks for any), else undefined. */
function probePort(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port: wanted, host: '127.0.0.1' }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined))
    })
  })
}
