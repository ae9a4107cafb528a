import { Agent } from 'node:http'
import { exchange } from './exchange.ts'
import type { Role, Shop } from './index.ts'

/** A test's own look at a service, past its callers. */

const agent = new Agent({ keepAlive: true })

export type Probed = { statuses: number[]; failures: number; medianMs: number }

/** Asks the service itself, on its main route, four requests at a time. */
export async function probe(shop: Shop, role: Role, requests = 8): Promise<Probed> {
  const asks: Partial<Record<Role, { method: string; path: string; body?: unknown }>> = {
    payments: { method: 'POST', path: '/charges', body: { user: 'u1', amount: 100 } },
    cart: { method: 'GET', path: '/carts/u1' },
    catalog: { method: 'GET', path: '/products' },
    store: { method: 'GET', path: '/keys/prices' },
  }
  const ask = asks[role]
  if (ask === undefined) throw new Error(`no probe for ${role}`)
  const results: { status: number; ms: number }[] = []
  const one = async () => {
    const since = performance.now()
    const { status } = await exchange({ agent, port: portOf(shop, role), timeoutMs: 5000, ...ask })
    results.push({ status, ms: performance.now() - since })
  }
  while (results.length < requests) {
    await Promise.all(Array.from({ length: Math.min(4, requests - results.length) }, one))
  }
  const statuses = results.map(({ status }) => status)
  const sorted = results.map(({ ms }) => ms).sort((one, other) => one - other)
  return {
    statuses,
    failures: statuses.filter((status) => status >= 500).length,
    medianMs: sorted[Math.floor(sorted.length / 2)] as number,
  }
}

export function portOf(shop: Shop, role: Role): number {
  return Number(new URL(shop.services.find((service) => service.role === role)?.url ?? '').port)
}
