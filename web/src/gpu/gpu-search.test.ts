import { describe, expect, it } from 'vitest'
import { isFiltered, readGpuSearch } from './gpu-search.ts'

describe('readGpuSearch', () => {
  it('takes what it knows and forgets the rest', () => {
    expect(
      readGpuSearch({
        ...{ view: 'nodes', measure: 'temperature', cluster: ['a', 'b'], health: 'CRITICAL', page: '3' },
        ...{ type: 'NVIDIA H200', gpu: 'a/n1/GPU-1', range: '6h', nonsense: 'x' },
      }),
    ).toEqual({
      ...{ view: 'nodes', measure: 'temperature', cluster: ['a', 'b'], health: ['CRITICAL'], page: 3 },
      ...{ type: ['NVIDIA H200'], gpu: 'a/n1/GPU-1', range: '6h' },
    })
  })

  it('is empty for what an old or broken link says', () => {
    expect(
      readGpuSearch({ view: 'wall', measure: 'noise', health: 'FINE', page: '-1', range: '9y' }),
    ).toEqual({})
  })

  it('leaves presets out of the address', () => {
    expect(
      readGpuSearch({ view: 'map', measure: 'utilisation', sort: 'health', page: '1', range: '1h' }),
    ).toEqual({})
  })
})

describe('isFiltered', () => {
  it('is about what is left out, not about how it is shown', () => {
    expect(isFiltered({ view: 'gpus', sort: 'power', gpu: 'a/b/c' })).toBe(false)
    expect(isFiltered({ node: 'n1' })).toBe(true)
  })
})
