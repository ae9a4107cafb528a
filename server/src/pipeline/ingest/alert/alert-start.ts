import type { Alert } from '@aiops/contract/model/alert'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import type { AlertRepository } from '../../../port/record-store.ts'

/** An alert that is checked; when it began may still depend on what is stored, and `starts_at` of it says nothing yet. */
export type CheckedAlert = { alert: Alert; startMs: number | undefined; joins: boolean }

/** One stretch of firing: the latest of its fingerprint. `untilMs` is its end, or when it expires; null for open. */
type Stretch = { startMs: number; status: Alert['status']; untilMs: number | null; expired: boolean }

/**
 * Finds when an alert began where its sender leaves that open: which stretch of firing it belongs to. What is not remembered is asked
 * of the repository, so that neither a restart nor a storm makes a second alert of one.
 */
export class AlertStart {
  readonly #alerts: AlertRepository
  readonly #max: number
  /**
   * What was used lately and what before that, at most `max` together: to drop half at once costs nothing, while a Map that loses its
   * oldest entry with each new one slows down with its size.
   */
  #latest = new Map<string, Stretch>()
  #earlier = new Map<string, Stretch>()

  constructor(alerts: AlertRepository, max: number) {
    this.#alerts = alerts
    this.#max = max
  }

  /** The alerts with their starts; what one of a request says counts for those after it. */
  async settle(tenant: TenantId, checked: readonly CheckedAlert[], nowMs: number): Promise<Alert[]> {
    const within = new Map<string, Stretch | null>()
    const settled: Alert[] = []
    for (const one of checked) {
      const { alert } = one
      const key = keyOf(tenant, alert.fingerprint)
      const open = one.startMs === undefined || one.joins
      const known = within.get(key) ?? (open ? await this.#known(tenant, alert.fingerprint) : undefined)
      // It is nobody else's yet, and a copy of each costs as much as all of this.
      alert.starts_at = isoTime(startOf(one, known ?? null, nowMs))
      settled.push(alert)
      const stretch = stretchOf(alert)
      if (!known || follows(stretch, known)) within.set(key, stretch)
    }
    return settled
  }

  remember(alert: Alert): void {
    const key = keyOf(alert.tenant_id, alert.fingerprint)
    const known = this.#get(key)
    const stretch = stretchOf(alert)
    if (!known || follows(stretch, known)) this.#put(key, stretch)
  }

  async #known(tenant: TenantId, fingerprint: string): Promise<Stretch | null> {
    const key = keyOf(tenant, fingerprint)
    const known = this.#get(key)
    if (known) return known
    const latest = await this.#alerts.latest(tenant, fingerprint)
    const stretch = latest ? stretchOf(latest) : null
    if (stretch) this.#put(key, stretch)
    return stretch
  }

  #get(key: string): Stretch | undefined {
    return this.#latest.get(key) ?? this.#earlier.get(key)
  }

  #put(key: string, stretch: Stretch): void {
    this.#latest.set(key, stretch)
    if (this.#latest.size <= this.#max / 2) return
    this.#earlier = this.#latest
    this.#latest = new Map()
  }
}

function startOf(checked: CheckedAlert, known: Stretch | null, nowMs: number): number {
  const { alert, startMs, joins } = checked
  const firing = alert.status === 'FIRING'
  const endMs = firing ? Date.parse(alert.expires_at ?? '') : Date.parse(alert.ends_at ?? '')
  if (startMs === undefined) {
    if (known?.status === 'FIRING') return known.startMs
    return joins && !firing ? endMs : nowMs
  }
  if (!joins || !known) return startMs
  const until = known.untilMs ?? Number.POSITIVE_INFINITY
  if (known.status === 'FIRING') {
    const overlaps = startMs <= until && !(endMs <= known.startMs)
    return overlaps ? known.startMs : startMs
  }
  // It was taken for over because nobody repeated it; as it goes on, a new stretch begins where that one ended.
  return firing && known.expired && startMs < until ? until : startMs
}

/** What ended does not begin again with the same start. */
const follows = (next: Stretch, known: Stretch): boolean =>
  next.startMs > known.startMs ||
  (next.startMs === known.startMs && !(known.status === 'RESOLVED' && next.status === 'FIRING'))

const stretchOf = (alert: Alert): Stretch => {
  const until = alert.status === 'FIRING' ? alert.expires_at : alert.ends_at
  return {
    startMs: Date.parse(alert.starts_at),
    status: alert.status,
    untilMs: until ? Date.parse(until) : null,
    expired:
      alert.status === 'RESOLVED' && alert.expires_at !== undefined && alert.expires_at === alert.ends_at,
  }
}

const keyOf = (tenant: TenantId, fingerprint: string): string => `${tenant}\0${fingerprint}`
