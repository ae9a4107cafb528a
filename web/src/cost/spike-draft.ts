import type { WhatIf } from './use-cost.ts'

/** What is imagined of one provider. Percentages as they are typed. */
export type SpikeDraft = { provider: string; cost: string; latency: string; outage: boolean }

export const noSpike: SpikeDraft = { provider: '', cost: '50', latency: '0', outage: false }

/** What people usually try, in per cent. */
export const spikeSteps = [10, 25, 50, 100, 200] as const

/** undefined: it is not complete, or would change nothing. */
export function whatIfOf({ provider, cost, latency, outage }: SpikeDraft): WhatIf | undefined {
  const [cost_percent, latency_percent] = [percentOf(cost, 10_000), percentOf(latency, 100_000)]
  if (provider === '' || cost_percent === undefined || latency_percent === undefined) return undefined
  if (cost_percent === 0 && latency_percent === 0 && !outage) return undefined
  return { services: [], what_if: [{ provider, cost_percent, latency_percent, outage }] }
}

/** `as if aws cost 50 % more and were out`. */
export function spikeText({ provider, cost_percent = 0, latency_percent = 0, outage }: Spike): string {
  const said = [
    cost_percent !== 0 && `cost ${Math.abs(cost_percent)} % ${cost_percent > 0 ? 'more' : 'less'}`,
    latency_percent !== 0 &&
      `answered ${Math.abs(latency_percent)} % ${latency_percent > 0 ? 'slower' : 'faster'}`,
    outage === true && 'were out',
  ].filter((part) => part !== false)
  return `as if ${provider} ${said.join(' and ')}`
}

type Spike = NonNullable<WhatIf['what_if']>[number]

function percentOf(text: string, max: number): number | undefined {
  const value = text.trim() === '' ? 0 : Number(text)
  return Number.isFinite(value) && value >= -100 && value <= max ? value : undefined
}
