import { type Event, type EventType, eventTypes } from '@aiops/contract/event'
import type { ClientMessage, ServerMessage } from '@aiops/contract/live'
import { defaultTenant, type TenantId } from '@aiops/contract/model/tenant'
import type { SeriesCatalog, SeriesRef } from '../../port/metric-store.ts'
import { liveLimits } from './limit.ts'
import type { PointFeed } from './point-feed.ts'

const { seriesMax } = liveLimits

type Wanted = Extract<ClientMessage, { type: 'subscribe' }>['subscription']
type Unwanted = Extract<ClientMessage, { type: 'unsubscribe' }>
type Confirmation = Extract<ServerMessage, { type: 'subscribed' }>
type Keep = (ref: SeriesRef, timeMs: number, value: number) => void

/** What one viewer asked for. Every request adds to it; series of another tenant are as if they did not exist. */
export class Subscription {
  readonly #catalog: SeriesCatalog
  readonly #feed: PointFeed
  readonly #keep: Keep
  #tenant: TenantId = defaultTenant
  #actor = ''
  #types = new Set<EventType>()
  #clusters: readonly string[] = []
  #namespaces: readonly string[] = []
  #series = new Map<SeriesRef, () => void>()

  constructor(deps: { catalog: SeriesCatalog; feed: PointFeed }, keep: Keep) {
    this.#catalog = deps.catalog
    this.#feed = deps.feed
    this.#keep = keep
  }

  /** Whose events and series these are; nothing of the tenant before stays. */
  set viewer({ tenant, actor }: { tenant: TenantId; actor: string }) {
    if (tenant !== this.#tenant) this.clear()
    this.#tenant = tenant
    this.#actor = actor
  }

  /** Naming no event types is all of them, but where only series are asked for. */
  add(wanted: Wanted): void {
    const isForSeries = wanted.event_types.length === 0 && wanted.series.length > 0
    const types = wanted.event_types.length > 0 ? wanted.event_types : isForSeries ? [] : eventTypes
    for (const type of types) this.#types.add(type)
    if (wanted.cluster_filter.length > 0) this.#clusters = wanted.cluster_filter
    if (wanted.namespace_filter.length > 0) this.#namespaces = wanted.namespace_filter
    const known = this.#catalog.count()
    for (const ref of wanted.series) {
      const isOwn = ref >= 0 && ref < known && this.#catalog.describe(ref).tenant === this.#tenant
      if (isOwn && !this.#series.has(ref) && this.#series.size < seriesMax)
        this.#series.set(ref, this.#feed.watch(ref, this.#keep))
    }
  }

  /** Naming nothing ends everything. */
  remove({ event_types: types, series }: Unwanted): void {
    if (types === undefined && series === undefined) this.clear()
    for (const type of types ?? []) this.#types.delete(type)
    for (const ref of series ?? []) {
      this.#series.get(ref)?.()
      this.#series.delete(ref)
    }
  }

  clear(): void {
    for (const stop of this.#series.values()) stop()
    this.#series.clear()
    this.#types.clear()
    this.#clusters = []
    this.#namespaces = []
  }

  holds(ref: SeriesRef): boolean {
    return this.#series.has(ref)
  }

  fits(event: Event): boolean {
    return (
      event.tenant_id === this.#tenant &&
      this.#types.has(event.event_type) &&
      isFor(this.#actor, event) &&
      passes(this.#clusters, event.cluster_id) &&
      passes(this.#namespaces, this.#namespaces.length > 0 ? namespaceOf(event.payload) : undefined)
    )
  }

  confirmation(): Confirmation {
    return {
      type: 'subscribed',
      event_types: [...this.#types],
      cluster_filter: [...this.#clusters],
      series: [...this.#series.keys()],
    }
  }
}

/** What is said in a conversation is its owner's, and everybody's of the tenant where it is shared. */
const isFor = (actor: string, event: Event): boolean =>
  event.event_type !== 'CHAT_MESSAGE' || event.payload.shared || event.payload.user_id === actor

const passes = (filter: readonly string[], value: string | undefined): boolean =>
  filter.length === 0 || (value !== undefined && filter.includes(value))

type Labelled = { labels?: Record<string, string>; series?: { labels?: Record<string, string> } }

function namespaceOf(payload: unknown): string | undefined {
  const { labels, series } = payload as Labelled
  const own = labels ?? series?.labels ?? {}
  return own.namespace ?? own['k8s.namespace.name']
}
