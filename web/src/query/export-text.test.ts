import { expect, it } from 'vitest'
import { cell, csvOf } from './export-text.ts'

it('writes a row a point', () => {
  const series = {
    metric: { __name__: 'up', job: 'a' },
    values: [
      [0, '1'],
      [60, '-Inf'],
    ] as [number, string][],
  }
  expect(csvOf([{ cluster: 'hub', series }])).toBe(
    'time,cluster,series,value\r\n1970-01-01T00:00:00.000Z,hub,"up{job=""a""}",1\r\n1970-01-01T00:01:00.000Z,hub,"up{job=""a""}",-Inf',
  )
})

it.each([
  ['=1+2', "'=1+2"],
  ['@cmd', "'@cmd"],
  ['-1.5e-7', '-1.5e-7'],
  ['-cmd', "'-cmd"],
  ['a\nb', '"a\nb"'],
])('lets no cell %j be a formula', (text, written) => {
  expect(cell(text)).toBe(written)
})
