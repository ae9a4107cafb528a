import { expect, it } from 'vitest'
import { imageName } from './image-name.ts'

it('shows what of an image tells it apart', () => {
  expect(imageName('registry.example:5000/team/shop:1.2')).toBe('shop:1.2')
  expect(imageName('shop')).toBe('shop')
  expect(imageName('quay.io/a/shop:1.2@sha256:0123456789abcdef')).toBe('shop:1.2')
  expect(imageName('quay.io/a/shop@sha256:0123456789abcdef')).toBe('shop@0123456789ab')
})
