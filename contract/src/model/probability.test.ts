import { describe, expect, it } from 'vitest'
import { probabilityText } from './probability.ts'

describe('a probability in words', () => {
  it('is certain or impossible only where it is exactly that', () => {
    const said = [0, Number.MIN_VALUE, 0.004, 0.0051, 0.5, 0.994, 0.996, 1 - Number.EPSILON, 1]
    expect(said.map(probabilityText)).toEqual([
      ...['0 %', '< 1 %', '< 1 %', '1 %', '50 %'],
      ...['99 %', '> 99 %', '> 99 %', '100 %'],
    ])
  })
})
