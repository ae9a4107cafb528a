import type { Ask } from './caller.ts'
import type { Answer } from './exchange.ts'
import type { Role } from './graph.ts'

export type Incoming = {
  /** Values of the template's `{…}` parts. */
  params: Record<string, string>
  body: unknown
}

/** What a handler may do besides computing. */
export interface Kit {
  /** Its own work: takes a database connection for the service's usual time. */
  work(): Promise<void>
  call(to: Role, ask: Ask): Promise<unknown>
}

export type Route = {
  method: string
  /** Template, which becomes http.route. */
  path: string
  handle(incoming: Incoming, kit: Kit): Promise<Answer>
}

type Product = { id: string; title: string; price: number }

type CartLine = { product: string; quantity: number }

const products: readonly Product[] = Array.from({ length: 24 }, (_, at) => ({
  id: `p${at + 1}`,
  title: `Product ${at + 1}`,
  price: 499 + ((at * 737) % 4500),
}))

const storedKeysMax = 2000

/** The routes of a role, the most used first. */
export function routesOf(role: Role): readonly Route[] {
  return { front, catalog, cart, checkout, payments, inventory, store: storeRoutes() }[role]
}

/** The first route whose method and template match, with the template's values. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | undefined {
  const parts = path.split('/')
  for (const route of routes) {
    const template = route.path.split('/')
    if (route.method !== method || template.length !== parts.length) continue
    const params: Record<string, string> = {}
    const fits = template.every((part, at) => {
      const value = parts[at] as string
      if (!part.startsWith('{')) return part === value
      params[part.slice(1, -1)] = value
      return value !== ''
    })
    if (fits) return { route, params }
  }
  return undefined
}

const ok = (body: unknown, status = 200): Answer => ({ status, body })
const missing = ok({ error: 'not found' }, 404)

const front: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    async handle(_incoming, kit) {
      await kit.work()
      return ok({ products: await kit.call('catalog', { method: 'GET', path: '/products', spare: [] }) })
    },
  },
  {
    method: 'GET',
    path: '/products/{id}',
    async handle({ params }, kit) {
      await kit.work()
      const product = await kit.call('catalog', {
        method: 'GET',
        path: `/products/${params.id}`,
        spare: null,
      })
      return product === null ? missing : ok(product)
    },
  },
  {
    method: 'POST',
    path: '/cart/{user}/items',
    async handle({ params, body }, kit) {
      await kit.work()
      const spare = { queued: true }
      return ok(await kit.call('cart', { method: 'POST', path: `/carts/${params.user}/items`, body, spare }))
    },
  },
  {
    method: 'POST',
    path: '/checkout/{user}',
    async handle({ params }, kit) {
      await kit.work()
      const body = { user: params.user }
      return ok(
        await kit.call('checkout', { method: 'POST', path: '/orders', body, spare: { queued: true } }),
      )
    },
  },
]

const catalog: readonly Route[] = [
  {
    method: 'GET',
    path: '/products',
    async handle(_incoming, kit) {
      await kit.work()
      const [prices, stock] = await Promise.all([
        kit.call('store', { method: 'GET', path: '/keys/prices', spare: {} }),
        kit.call('inventory', { method: 'GET', path: '/stock', spare: {}, optional: true }),
      ])
      return ok(products.map((product) => ({ ...product, ...(prices as object), ...(stock as object) })))
    },
  },
  {
    method: 'GET',
    path: '/products/{id}',
    async handle({ params }, kit) {
      await kit.work()
      const product = products.find(({ id }) => id === params.id)
      if (product === undefined) return missing
      const [price, stock] = await Promise.all([
        kit.call('store', { method: 'GET', path: `/keys/price-${product.id}`, spare: {} }),
        kit.call('inventory', { method: 'GET', path: `/stock/${product.id}`, spare: {}, optional: true }),
      ])
      return ok({ ...product, ...(price as object), ...(stock as object) })
    },
  },
]

const cart: readonly Route[] = [
  {
    method: 'GET',
    path: '/carts/{user}',
    async handle({ params }, kit) {
      await kit.work()
      return ok(
        await kit.call('store', { method: 'GET', path: `/keys/cart-${params.user}`, spare: { lines: [] } }),
      )
    },
  },
  {
    method: 'POST',
    path: '/carts/{user}/items',
    async handle({ params, body }, kit) {
      await kit.work()
      const lines = [body as CartLine]
      await kit.call('store', {
        method: 'PUT',
        path: `/keys/cart-${params.user}`,
        body: { lines },
        spare: {},
      })
      return ok({ lines })
    },
  },
]

const checkout: readonly Route[] = [
  {
    method: 'POST',
    path: '/orders',
    async handle({ body }, kit) {
      await kit.work()
      const { user } = body as { user: string }
      const held = (await kit.call('cart', { method: 'GET', path: `/carts/${user}`, spare: {} })) as {
        lines?: CartLine[]
      }
      const lines = held.lines?.length ? held.lines : [{ product: 'p1', quantity: 1 }]
      const spare = { accepted: true }
      await kit.call('inventory', { method: 'POST', path: '/reservations', body: { lines }, spare })
      const amount = lines.reduce((sum, line) => sum + line.quantity * priceOf(line.product), 0)
      await kit.call('payments', { method: 'POST', path: '/charges', body: { user, amount }, spare })
      return ok({ user, amount }, 201)
    },
  },
]

const payments: readonly Route[] = [
  {
    method: 'POST',
    path: '/charges',
    async handle({ body }, kit) {
      await kit.work()
      const { user } = body as { user: string }
      await kit.call('store', { method: 'PUT', path: `/keys/charge-${user}`, body, spare: {} })
      return ok({ accepted: true }, 201)
    },
  },
]

const inventory: readonly Route[] = [
  {
    method: 'GET',
    path: '/stock',
    async handle(_incoming, kit) {
      await kit.work()
      return ok(await kit.call('store', { method: 'GET', path: '/keys/stock', spare: {}, optional: true }))
    },
  },
  {
    method: 'GET',
    path: '/stock/{id}',
    async handle({ params }, kit) {
      await kit.work()
      const path = `/keys/stock-${params.id}`
      return ok(await kit.call('store', { method: 'GET', path, spare: {}, optional: true }))
    },
  },
  {
    method: 'POST',
    path: '/reservations',
    async handle({ body }, kit) {
      await kit.work()
      await kit.call('store', { method: 'PUT', path: '/keys/reservations', body, spare: {} })
      return ok({ accepted: true }, 201)
    },
  },
]

/** The leaf: values by key, the oldest key given up past the bound. Its work is the disk's. */
function storeRoutes(): readonly Route[] {
  const values = new Map<string, unknown>([
    ['prices', { currency: 'EUR' }],
    ['stock', { inStock: true }],
  ])
  return [
    {
      method: 'GET',
      path: '/keys/{key}',
      async handle({ params }, kit) {
        await kit.work()
        return ok(values.get(params.key as string) ?? {})
      },
    },
    {
      method: 'PUT',
      path: '/keys/{key}',
      async handle({ params, body }, kit) {
        await kit.work()
        values.set(params.key as string, body)
        if (values.size > storedKeysMax) values.delete(values.keys().next().value as string)
        return ok({ written: true })
      },
    },
  ]
}

function priceOf(id: string): number {
  return products.find((product) => product.id === id)?.price ?? 0
}
