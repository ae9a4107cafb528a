import { expect, it } from 'vitest'
import { axisTexts } from './axis-text.ts'

it('tells ticks apart that lie close together', () => {
  expect(axisTexts([21.35, 21.4, 21.45], undefined, undefined)).toEqual(['21.35', '21.40', '21.45'])
})

it('is for people where that is enough', () => {
  expect(axisTexts([0, 0.5, 1], undefined, undefined)).toEqual(['0', '0.5', '1'])
})
