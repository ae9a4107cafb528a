import type { Allocation } from '@aiops/contract/model/allocation'
import { usd } from '@aiops/contract/model/money'
import { describe, expect, it } from 'vitest'
import { allocationCsv } from './cost-csv.ts'

const row = (name: string, more: Partial<Allocation> = {}) =>
  ({ name, start: 'a', end: 'b', total_usd: usd(1.5), cpu_usd: null, missing: [], ...more }) as Allocation
const lines = (...allocations: Allocation[]) => allocationCsv({ allocations }).split('\r\n')

describe('the download of what was spent', () => {
  it('leaves empty what is not known, and says what is missing', () => {
    const [head = '', line = ''] = lines(row('shop', { missing: ['network', 'gpu'] }))
    const of = (name: string) => line.split(',')[head.split(',').indexOf(name)]
    expect([of('name'), of('cpu_usd'), of('total_usd'), of('missing')]).toEqual([
      'shop',
      '',
      '1.5',
      'network gpu',
    ])
  })

  it('makes no formula and no further column of a name', () => {
    expect(lines(row('=HYPERLINK("x"),y'))[1]).toMatch(/^"'=HYPERLINK\(""x""\),y",a,b,/)
    expect(lines(row('@a'))[1]).toMatch(/^'@a,/)
  })
})
