import type { Finding } from '@aiops/contract/model/finding'
import { expect, it } from 'vitest'
import { isAbout } from './use-incident-of.ts'

const finding = {
  alert_name: 'KubePodCrashLooping',
  object: { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
  parent: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
} as Finding

it('takes an alert for the same only by name, thing and namespace', () => {
  const labels = { namespace: 'shop', pod: 'cart-1' }
  expect(isAbout({ name: 'KubePodCrashLooping', labels }, finding)).toBe(true)
  expect(
    isAbout({ name: 'KubePodCrashLooping', labels: { namespace: 'shop', deployment: 'cart' } }, finding),
  ).toBe(true)
  expect(isAbout({ name: 'KubePodNotReady', labels }, finding)).toBe(false)
  expect(isAbout({ name: 'KubePodCrashLooping', labels: { ...labels, namespace: 'other' } }, finding)).toBe(
    false,
  )
})
