import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entityRef } from './found.suite.ts'
import { affectedNames, isPartOf } from './subject.ts'

describe('what is part of what', () => {
  const cart = entityRef('SERVICE', 'cart')
  it.each([
    ['service/cart', true],
    ['workload/east/shop/Deployment/cart', true],
    ['pod/cart-5d9f7c6b4-x2k8p', true],
    ['pod/cart-0', true],
    ['pod/east/shop/cart-0', true],
    ['pod/cart-canary-5d9f7c6b4-x2k8p', false],
    ['service/cartoons', false],
    ['node/cart-0', false],
  ])('%s of the service cart: %s', (id, expected) => {
    expect(isPartOf(cart, id)).toBe(expected)
  })

  it.each([
    ['CLUSTER', 'east', 'workload/east/shop/Deployment/cart', true],
    ['CLUSTER', 'east', 'service/cart', false],
    ['NAMESPACE', 'shop', 'workload/east/shop/Deployment/cart', true],
    ['NAMESPACE', 'shop', 'namespace/east/shop', true],
    ['NAMESPACE', 'shop', 'service/shop', false],
  ] as const)('%s %s holds %s: %s', (kind, name, id, expected) => {
    expect(isPartOf(entityRef(kind, name), id)).toBe(expected)
  })

  it('no id breaks it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, id) => {
        expect(typeof isPartOf(entityRef('SERVICE', name), id)).toBe('boolean')
      }),
    )
  })
})

it('a pod is not named beside what makes it', () => {
  expect(
    affectedNames({ affected_entities: ['pod/till-0', 'workload/e/s/StatefulSet/till', 'pod/lone-1'] }),
  ).toEqual(['till', 'lone-1'])
})
