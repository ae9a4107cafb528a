/** The table of services: who calls whom, and how each one behaves when all is well. */

export const roles = ['front', 'catalog', 'cart', 'checkout', 'payments', 'inventory', 'store'] as const

export type Role = (typeof roles)[number]

export type ServiceTraits = {
  /** Roles this one calls over HTTP. */
  calls: readonly Role[]
  /** Median time of its own work, held on a database connection; single requests vary from 0.6 to 1.8 times that. */
  workMs: number
  /** Connections in its database pool. */
  connections: number
  /** The time it gives each of its calls. */
  callTimeoutMs: number
}

/** The front waits longest, so that a slow branch reaches the user as slowness before it does as an error. */
export const graph: Record<Role, ServiceTraits> = {
  front: { calls: ['catalog', 'cart', 'checkout'], workMs: 7, connections: 8, callTimeoutMs: 4000 },
  catalog: { calls: ['inventory', 'store'], workMs: 11, connections: 8, callTimeoutMs: 1500 },
  cart: { calls: ['store'], workMs: 9, connections: 8, callTimeoutMs: 1500 },
  checkout: { calls: ['cart', 'inventory', 'payments'], workMs: 14, connections: 8, callTimeoutMs: 1500 },
  payments: { calls: ['store'], workMs: 20, connections: 8, callTimeoutMs: 1500 },
  inventory: { calls: ['store'], workMs: 8, connections: 8, callTimeoutMs: 1500 },
  store: { calls: [], workMs: 6, connections: 12, callTimeoutMs: 1500 },
}

/** How long a request waits for a connection before it gives up. */
export const poolTimeoutMs = 800

/** What a process of the shop is started with, as JSON in the variable named by `processVariable`. */
export type ProcessSettings = {
  role: Role | 'load'
  name: string
  /** The loopback port it listens on; for the load, unused. */
  port: number
  version: string
  /** Base address of the OTLP/HTTP receiver. */
  otlp: string
  exportIntervalMs: number
  /** Requests per second at the front; used by the load alone. */
  rate: number
  seed: string
  /** Where each role listens. */
  ports: Record<Role, number>
}

export const processVariable = 'SHOP_PROCESS'

/** Reads what the supervisor left for this process. */
export function processSettings(): ProcessSettings {
  const text = process.env[processVariable]
  if (text === undefined) throw new Error(`${processVariable} is not set: start the shop with run.ts`)
  return JSON.parse(text) as ProcessSettings
}
