import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { Placement } from '@aiops/contract/model/provider'
import type { Reading } from './use-cost.ts'

export type ReadingRow = Reading & {
  /** `service@provider`, as in the address. */
  key: string
  /** How it is known that the service runs there; undefined: it runs elsewhere, or nobody says. */
  placement: Placement | undefined
}

/** By service, where it runs first. */
export function readingRows({
  readings,
  placements,
}: Pick<OperationOutput<Api['listProviderTelemetry']>, 'readings' | 'placements'>): ReadingRow[] {
  const placed = new Map(placements.map((one) => [one.service, one]))
  return readings
    .map((reading): ReadingRow => {
      const at = placed.get(reading.service)
      return {
        ...reading,
        key: `${reading.service}@${reading.provider}`,
        placement: at?.provider === reading.provider ? at : undefined,
      }
    })
    .sort(
      (a, b) =>
        compare(a.service, b.service) ||
        Number(b.placement !== undefined) - Number(a.placement !== undefined) ||
        compare(a.provider, b.provider),
    )
}

/** Services with readings of which nobody says where they run, with the providers that tell of them. */
export function unplacedServices({
  readings,
  placements,
}: Pick<OperationOutput<Api['listProviderTelemetry']>, 'readings' | 'placements'>): Unplaced[] {
  const placed = new Set(placements.map(({ service }) => service))
  const found = new Map<string, string[]>()
  for (const { service, provider } of readings)
    if (!placed.has(service)) found.set(service, [...(found.get(service) ?? []), provider])
  return [...found]
    .map(([service, providers]) => ({ service, providers: [...new Set(providers)].sort(compare) }))
    .sort((a, b) => compare(a.service, b.service))
}
export type Unplaced = { service: string; providers: string[] }

export type ReadingFilterOf = { text: string; providers: readonly string[]; stale: boolean }

export const fittingRows = (
  rows: readonly ReadingRow[],
  { text, providers, stale }: ReadingFilterOf,
): ReadingRow[] =>
  rows.filter(
    (row) =>
      (providers.length === 0 || providers.includes(row.provider)) &&
      (!stale || row.stale) &&
      `${row.service} ${row.provider} ${row.region} ${row.instance} ${row.source}`
        .toLowerCase()
        .includes(text.toLowerCase()),
  )

/** How a placement is known, in words. */
export const placementText: Record<Placement['source'], string> = {
  TELEMETRY: 'a sender says so',
  DEPLOYMENT: 'it was deployed there last',
  API: 'somebody said so',
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
