import { expect, it } from 'vitest'
import { axisTexts } from './axis-text.ts'

it('tells ticks apart that lie close together', () => {
  expect(axisTexts([21.35, 21.4, 21.45], undefined, undefined)).toEqual(['21.35', '21.40', '21.45'])
})

it('keeps the unit where ticks lie close together', () => {
  const plain = (texts: string[]) => texts.map((text) => text.replaceAll('\u00a0', ' '))
  const share = [0.1415, 0.142, 0.1425]
  expect(plain(axisTexts(share, '1', 'system.filesystem.utilization'))).toEqual([
    '14.15 %',
    '14.20 %',
    '14.25 %',
  ])
  const mib = 2 ** 20
  expect(plain(axisTexts([481.01 * mib, 481.02 * mib], 'By', 'process.memory.usage'))).toEqual([
    '481.01 MiB',
    '481.02 MiB',
  ])
  expect(plain(axisTexts([0, 0.01], 'By/s', 'io')).every((text) => text.endsWith('B/s'))).toBe(true)
})

it('is for people where that is enough', () => {
  expect(axisTexts([0, 0.5, 1], undefined, undefined)).toEqual(['0', '0.5', '1'])
})
