import { expect, it } from 'vitest'
import { objectPlace } from './object-place.ts'

it('leads to the tab of the kind, and opens the thing there', () => {
  expect(objectPlace({ kind: 'Pod', namespace: 'shop', name: 'cart-1' }, 'logs')).toEqual({
    ...{ tab: 'pods', object: 'Pod/shop/cart-1', part: 'logs' },
  })
  expect(objectPlace({ kind: 'Service', namespace: 'shop', name: 'cart' })?.tab).toBe('changes')
})

it('leads nowhere for what Kubernetes has no object of', () => {
  for (const kind of ['GPU', 'PTPClock', 'SRIOVInterface', 'HugePages'])
    expect(objectPlace({ kind, namespace: '', name: 'x' })).toBeUndefined()
})
