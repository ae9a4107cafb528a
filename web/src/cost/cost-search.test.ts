import { describe, expect, it } from 'vitest'
import { parseSearch, stringifySearch } from '../shell/search.ts'
import { type CostSearch, readCostSearch } from './cost-search.ts'

describe('the address of the cost page', () => {
  it('comes back as it was written', () => {
    const search: CostSearch = {
      ...{ tab: 'decisions', decision: 'd-17', service: ['cart', 'pay/api'], action: ['MOVE'] },
      ...{ state: ['HELD', 'DONE'], text: 'aws', provider: ['aws'], stale: true, reading: 'cart@aws' },
      ...{ by: 'team', range: '7d', spread: true, page: 3 },
    }
    expect(readCostSearch(parseSearch(stringifySearch(search)))).toEqual(search)
  })

  it('leaves out what is so anyway', () => {
    expect(readCostSearch({ tab: 'overview', by: 'namespace', range: '24h', page: '1' })).toEqual({})
  })

  it('never breaks at what an old or foreign link holds', () => {
    expect(
      readCostSearch({ tab: 'x', action: 'FLY', state: ['?'], reading: 'cart', page: '-1', by: '__proto__' }),
    ).toEqual({})
  })
})
