import { usd } from '@aiops/contract/model/money'
import { expect, it } from 'vitest'
import { egressPrices } from './placement-pricing.ts'

const found = {
  ...{ price: usd(0.02), kind: '', spot: false, stale: false },
  source: { name: 'aws-list', asOfMs: Date.UTC(2026, 10, 1), measured: false },
}

it('asks the books for data that leaves a provider from its region, and names book and day', async () => {
  const asked: object[] = []
  const prices = egressPrices({
    transferPrice: async (_tenant, ask) => {
      asked.push(ask)
      return ask.provider === 'aws' ? { ...found, stale: ask.region !== undefined } : undefined
    },
  })
  expect(await prices('default', { provider: 'aws', region: null })).toEqual({
    ...{ gibUsd: 0.02, source: 'price book aws-list of 2026-11-01' },
  })
  expect(await prices('default', { provider: 'aws', region: 'eu-west-1' })).toMatchObject({
    source: 'price book aws-list of 2026-11-01, old',
  })
  expect(await prices('default', { provider: 'gcp', region: null })).toBeUndefined()
  expect(asked).toEqual([
    { provider: 'aws', to: 'INTERNET' },
    { provider: 'aws', to: 'INTERNET', region: 'eu-west-1' },
    { provider: 'gcp', to: 'INTERNET' },
  ])
})
