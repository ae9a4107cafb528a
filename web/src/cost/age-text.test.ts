import { expect, it } from 'vitest'
import { ageText } from './age-text.ts'

it('tells seconds below a minute, and whole minutes from there', () => {
  expect(
    [0.2, 4.3, 59.9, 60, 1_279, 90_000].map((seconds) => ageText(seconds).replaceAll('\u00a0', ' ')),
  ).toEqual([...['1 s', '4 s', '59 s', '1 min', '21 min', '1 d 1 h']])
})
