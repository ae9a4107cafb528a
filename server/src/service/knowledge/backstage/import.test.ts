import type { BackstageInput } from '@aiops/contract/model/topology'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { atOnce } from '../../../kernel/stepwise.ts'
import { KnowledgeConfig } from '../config.ts'
import { noHistory } from '../history/history.ts'
import { TenantGraph } from '../tenant-graph.ts'
import { importBackstage } from './import.ts'

const config = KnowledgeConfig.parse({})
function openTenant(): TenantGraph {
  const deps = { clock: new ManualClock(), metrics: createMetrics(), log: silentLog, history: noHistory }
  return new TenantGraph('default', deps, config)
}
const run = (known: TenantGraph, yaml: string, more: Partial<BackstageInput> = {}) =>
  atOnce(importBackstage(known, { yaml, dry_run: false, replace: false, ...more }, 1_000, config))
const edgesOf = ({ graph }: TenantGraph): string[] =>
  [...graph.edges()].map(({ source, type, target }) => `${source} ${type} ${target}`).sort()

const head = (kind: string, name: string): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n`
const catalogue = `
# The shop.
${head('Component', 'cart')}  type: service
  lifecycle: production
  owner: group:default/shop-team
  system: shop
  dependsOn: [resource:cart-db, component:Pricing]
  providesApis: [cart-api]
---
${head('Component', 'pricing')}  type: service
  owner: shop-team
---
${head('Component', 'web')}  type: website
  owner: shop-team
  consumesApis: [api:default/cart-api]
  dependsOn: [component:ghost, 'not a ref!']
---
${head('API', 'cart-api')}  type: openapi
  lifecycle: production
  owner: shop-team
  definition: |
    openapi: 3.0.0
---
${head('Resource', 'cart-db')}  type: database
  owner: shop-team
---
${head('Resource', 'orders')}  type: kafka-topic
  owner: shop-team
  dependencyOf: [component:cart]
---
${head('System', 'shop')}  owner: shop-team
---
${head('Group', 'shop-team')}  type: team
---
${head('Component', 'ui-kit')}  type: library
  owner: shop-team
---
kind: [broken
---
kind: Template
`

describe('a Backstage catalogue', () => {
  it('becomes entities, declared edges and labels, and what does not is listed with why', () => {
    const known = openTenant()
    const result = run(known, catalogue)
    expect(edgesOf(known)).toEqual([
      'endpoint/cart-api DEPENDS service/cart',
      'service/cart DEPENDS database/cart-db',
      'service/cart DEPENDS queue/orders',
      'service/cart DEPENDS service/pricing',
      'service/web DEPENDS endpoint/cart-api',
    ])
    expect(known.graph.entity('service/cart')?.labels).toEqual({
      ...{ owner: 'shop-team', system: 'shop', lifecycle: 'production' },
    })
    expect([...known.graph.edges()].every(({ origin }) => origin === 'BACKSTAGE')).toBe(true)
    expect(
      result.refused.map(({ document, ref, reason }) => `${document} ${ref} ${reason.slice(0, 40)}`),
    ).toEqual([
      '3 component:default/web spec.dependsOn: component:ghost is neith',
      '3 component:default/web spec.dependsOn: not a ref! is no referen',
      '9 component:default/ui-kit A library runs as part of others.',
      expect.stringMatching(/^10 null It is not YAML/),
      expect.stringMatching(/^11 null It is no catalogue entity: apiVers/),
    ])
    expect(result.mapped).toContainEqual({ ref: 'system:default/shop', entity: null })
    expect([result.entities, result.edges]).toEqual([6, 5])
    expect(result.relations.map(({ source, target, type }) => `${source} ${type} ${target}`)).toHaveLength(5)
  })

  it('is only looked at where that is asked', () => {
    const known = openTenant()
    expect(run(known, catalogue, { dry_run: true })).toMatchObject({ dry_run: true, entities: 6, edges: 5 })
    expect(known.graph.entityCount).toBe(0)
  })

  it('withdraws what it said before where it replaces, but nothing that others know', () => {
    const known = openTenant()
    run(known, catalogue)
    known.addEdge('service/cart', 'service/pricing', 'DEPENDS', 'API', 2_000)
    const result = run(known, `${head('Component', 'cart')}  type: service\n`, { replace: true })
    expect(result.withdrawn).toHaveLength(5)
    expect(edgesOf(known)).toEqual(['service/cart DEPENDS service/pricing'])
  })

  it('names two of the same name in two namespaces apart, and joins the service that the annotation names', () => {
    const known = openTenant()
    known.addEntity('service/payments-v2', {}, 0, true)
    const other = head('Component', 'cart').replace('name: cart', 'name: cart\n  namespace: b2b')
    const told = head('Component', 'pay').replace(
      'name: pay',
      'name: pay\n  annotations:\n    backstage.io/kubernetes-id: payments-v2',
    )
    const { mapped } = run(
      known,
      `${head('Component', 'cart')}  type: service\n---\n${other}  type: service\n---\n${told}  type: service\n`,
    )
    expect(mapped.map(({ entity }) => entity)).toEqual([
      'service/cart',
      'service/b2b/cart',
      'service/payments-v2',
    ])
  })

  it('of any text is refused or taken, and never thrown over', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '---\n',
        'kind: Component\n',
        '&a [*a]',
        '<<: *x',
        '__proto__: 1',
        head('Component', 'x'),
      ),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const { refused, mapped } = run(openTenant(), parts.join('') || ' ')
        expect(refused.length + mapped.length).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 200 },
    )
  })
})
