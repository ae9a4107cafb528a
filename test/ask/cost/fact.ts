/** The cost world of ../README.md: what providers tell, what was decided, and what waits. USD by the hour unless the name says otherwise. */
export const costNowMs = Date.parse('2026-11-21T14:30:00Z')
const at = (minutes: number): string => new Date(costNowMs - minutes * 60_000).toISOString()
export const minutesBefore = at

export const sender = 'harbour-telemetry'

type Fact = {
  service: string
  provider: string
  rate: number
  latencyMs: number
  gpus: number
  here: boolean
}
const fact = (
  service: string,
  provider: string,
  rate: number,
  latencyMs: number,
  gpus: number,
  here: boolean,
): Fact => ({
  ...{ service, provider, rate, latencyMs, gpus, here },
})
export const offers: readonly Fact[] = [
  fact('freight', 'aws', 1.2, 80, 2, true),
  fact('freight', 'alibaba', 0.9, 95, 1, false),
  fact('stowage', 'aws', 0.75, 60, 1, false),
  fact('stowage', 'alibaba', 0.6, 70, 1, true),
  fact('pilotage', 'aws', 1.1, 50, 0, true),
  fact('pilotage', 'alibaba', 0.8, 65, 0, false),
]
export const regions: Readonly<Record<string, { region: string; instance: string }>> = {
  aws: { region: 'eu-west-1', instance: 'm5.large' },
  alibaba: { region: 'eu-central-1', instance: 'ecs.g6.large' },
}
/** Of a reading: how old it is now, seconds. */
export const readingAgeSeconds = 20
