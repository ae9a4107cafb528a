import { describe, expect, it } from 'vitest'
import { noSpike, spikeText, whatIfOf } from './spike-draft.ts'

const aws = { ...noSpike, provider: 'aws' }

describe('a price spike that is imagined', () => {
  it('is asked of all services at one provider', () => {
    expect(whatIfOf({ ...aws, latency: '' })).toEqual({
      services: [],
      what_if: [{ provider: 'aws', cost_percent: 50, latency_percent: 0, outage: false }],
    })
  })

  it('is not asked where it is not complete, out of range, or changes nothing', () => {
    for (const draft of [noSpike, { ...aws, cost: 'much' }, { ...aws, cost: '-101' }, { ...aws, cost: '0' }])
      expect(whatIfOf(draft)).toBeUndefined()
    expect(whatIfOf({ ...aws, cost: '0', outage: true })).toBeDefined()
  })

  it('is said in words', () => {
    expect(spikeText({ provider: 'aws', cost_percent: 50, latency_percent: -10, outage: true })).toBe(
      'as if aws cost 50 % more and answered 10 % faster and were out',
    )
  })
})
