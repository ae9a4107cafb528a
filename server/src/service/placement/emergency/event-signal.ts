import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { ProviderBook } from '../provider/provider-book.ts'
import type { Signal } from './signal-board.ts'

/** An alert about a provider, or a service that runs at one, as a signal. What a rule of ours made of a sender's readings is that sender's word. */
export function alertSignal(alert: Alert, book: ProviderBook): Signal | undefined {
  const where = whereOf(alert.labels, alert.entity, book)
  return (
    where && {
      ...{ id: `alert:${alert.id}`, ...where, kind: 'ALERT', atMs: Date.parse(alert.received_at) },
      origin: derivedFrom(alert.labels, book) ?? `alert:${alert.source}`,
      text: alert.name,
    }
  )
}

/** An anomaly likewise: of provider telemetry it repeats its sender, of any other series it is what detection measured. */
export function anomalySignal(anomaly: Anomaly, book: ProviderBook): Signal | undefined {
  const { labels, name } = anomaly.series
  const where = whereOf(labels, anomaly.entity, book)
  if (!where) return undefined
  const repeats = name.startsWith('swen_service_')
  const jumped = anomaly.shape === 'SPIKE' || anomaly.shape === 'LEVEL_SHIFT'
  return {
    ...{ id: `anomaly:${anomaly.id}`, ...where, atMs: Date.parse(anomaly.detected_at), text: name },
    origin: repeats ? `telemetry:${labels.source ?? 'metrics'}` : 'detection',
    kind: !repeats || !jumped ? 'ALERT' : name === 'swen_service_cost' ? 'COST' : 'ALERT',
  }
}

function whereOf(
  labels: Readonly<Record<string, string>>,
  entity: string | undefined,
  book: ProviderBook,
): { provider: string; service: string | null } | undefined {
  const named = entity && entityKind(entity) === 'service' ? entityName(entity) : labels.service
  const known = named !== undefined && book.services.has(named) ? named : undefined
  const provider = labels.provider
  if (provider !== undefined && hasProvider(book, provider)) return { provider, service: known ?? null }
  const runsAt = known === undefined ? undefined : book.placement(known)?.provider
  return runsAt === undefined ? undefined : { provider: runsAt, service: known ?? null }
}

const hasProvider = (book: ProviderBook, provider: string): boolean => {
  for (const entry of book.services.values()) if (entry.pairs.has(provider)) return true
  return false
}

/** Labels of a provider series keep their `source`: an alert that carries one that tells us readings is not another's word. */
function derivedFrom(labels: Readonly<Record<string, string>>, book: ProviderBook): string | undefined {
  const { source } = labels
  if (source === undefined) return undefined
  for (const entry of book.services.values())
    for (const pair of entry.pairs.values()) if (pair.bySource.has(source)) return `telemetry:${source}`
  return undefined
}
