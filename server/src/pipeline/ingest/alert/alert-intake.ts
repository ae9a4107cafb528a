import { createHash } from 'node:crypto'
import type { Event } from '@aiops/contract/event'
import type { Alert } from '@aiops/contract/model/alert'
import { entityOf } from '@aiops/contract/model/entity'
import type { Labels } from '@aiops/contract/model/label'
import { severityOf } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { SerialExecutor } from '../../../kernel/queue.ts'
import type { Random } from '../../../kernel/random.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { AlertRepository } from '../../../port/record-store.ts'
import type { PlainAlert } from '../index.ts'
import { type LabelLimits, LabelSet } from '../label-set.ts'

export type AlertDeps = { alerts: AlertRepository; bus: EventBus; clock: Clock; random: Random }
export type AlertLimits = { labels: LabelLimits; alertsMax: number; knownMax: number }
export type IncomingAlert = PlainAlert & { generator_url?: string | undefined }

const REQUESTS_WAITING_MAX = 256
/** Annotations are prose: their values may be this long. */
const ANNOTATION_BYTES_MAX = 65_536

/**
 * Alerts into the repository, then onto the bus. The same fingerprint and start is one alert; the same state of it again is
 * stored but raises no event. What was seen last is remembered here, filled once per tenant from the repository, so that a
 * restart does not raise old alerts again.
 */
export class AlertIntake {
  readonly #deps: AlertDeps
  readonly #limits: AlertLimits
  /** Newest last. Both hold at most `knownMax`. */
  readonly #states = new Map<string, Alert['status']>()
  readonly #starts = new Map<string, string>()
  readonly #serial = new SerialExecutor('the alert repository', REQUESTS_WAITING_MAX)
  readonly #filled = new Map<TenantId, Promise<void>>()

  constructor(deps: AlertDeps, limits: AlertLimits) {
    this.#deps = deps
    this.#limits = limits
  }

  /** Checks all before it stores any. Resolves when all are stored. */
  async accept(tenant: TenantId, source: string, incoming: readonly IncomingAlert[]): Promise<Alert[]> {
    if (incoming.length > this.#limits.alertsMax) {
      throw new Fault(
        'VALIDATION_FAILED',
        `One request may hold ${this.#limits.alertsMax} alerts; this one holds ${incoming.length}.`,
      )
    }
    await this.#fill(tenant)
    const alerts = incoming.map((alert) => this.#alert(tenant, source, alert))
    // One request after another: the repository looks before it writes, and the last state sent is to be the last stored.
    return this.#serial.run(async () => {
      const stored: Alert[] = []
      for (const alert of alerts) stored.push(await this.#keep(alert))
      return stored
    })
  }

  async #keep(alert: Alert): Promise<Alert> {
    const stored = await this.#deps.alerts.upsert(alert)
    const key = stateKey(stored)
    const repeated = this.#states.get(key) === stored.status
    remember(this.#states, key, stored.status, this.#limits.knownMax)
    remember(
      this.#starts,
      startKey(stored.tenant_id, stored.fingerprint),
      stored.starts_at,
      this.#limits.knownMax,
    )
    if (!repeated) this.#deps.bus.publish('events', this.#event(stored))
    return stored
  }

  #event(alert: Alert): Event {
    const cluster = alert.labels.cluster
    return {
      event_id: this.#deps.random.uuid(this.#deps.clock.now()),
      event_type: alert.status === 'FIRING' ? 'ALERT_FIRED' : 'ALERT_RESOLVED',
      source: 'ingest',
      tenant_id: alert.tenant_id,
      ...(cluster === undefined ? {} : { cluster_id: cluster }),
      timestamp: isoTime(this.#deps.clock.now()),
      payload: alert,
    }
  }

  #alert(tenant: TenantId, source: string, incoming: IncomingAlert): Alert {
    const now = this.#deps.clock.now()
    const { labels: limits } = this.#limits
    const labels = checked(incoming.labels, limits)
    const annotations = checked(incoming.annotations, { ...limits, valueBytesMax: ANNOTATION_BYTES_MAX })
    const fingerprint = incoming.fingerprint || fingerprintOf(incoming.name, labels)
    const entity = entityOf(labels)
    return {
      id: this.#deps.random.uuid(now),
      tenant_id: tenant,
      fingerprint,
      source,
      name: incoming.name,
      severity: severityOf(incoming.severity),
      status: incoming.status,
      message: incoming.message,
      labels,
      annotations,
      ...(entity === undefined ? {} : { entity }),
      starts_at: incoming.starts_at
        ? instant(incoming.starts_at, 'starts_at')
        : this.#startOf(tenant, fingerprint, now),
      ends_at:
        incoming.status === 'FIRING'
          ? null
          : incoming.ends_at
            ? instant(incoming.ends_at, 'ends_at')
            : isoTime(now),
      received_at: isoTime(now),
      ...(incoming.generator_url ? { generator_url: incoming.generator_url } : {}),
      incident_id: null,
    }
  }

  /** A sender that names no start means the alert that is firing now, if there is one. */
  #startOf(tenant: TenantId, fingerprint: string, nowMs: number): string {
    const known = this.#starts.get(startKey(tenant, fingerprint))
    if (known === undefined) return isoTime(nowMs)
    const firing =
      this.#states.get(stateKey({ tenant_id: tenant, fingerprint, starts_at: known })) === 'FIRING'
    return firing ? known : isoTime(nowMs)
  }

  #fill(tenant: TenantId): Promise<void> {
    const known = this.#filled.get(tenant)
    if (known) return known
    const filling = this.#deps.alerts
      .list(tenant, { severities: [], limit: 1_000 })
      .then(({ alerts }) => {
        for (const alert of alerts.toReversed()) {
          remember(this.#states, stateKey(alert), alert.status, this.#limits.knownMax)
          remember(this.#starts, startKey(tenant, alert.fingerprint), alert.starts_at, this.#limits.knownMax)
        }
      })
      .catch((error: unknown) => {
        this.#filled.delete(tenant)
        throw error
      })
    this.#filled.set(tenant, filling)
    return filling
  }
}

/** First 16 hex digits of SHA-256 over name and sorted labels, each length-prefixed by its JSON form. */
export function fingerprintOf(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return createHash('sha256')
    .update(JSON.stringify([name, pairs]))
    .digest('hex')
    .slice(0, 16)
}

const stateKey = (alert: Pick<Alert, 'tenant_id' | 'fingerprint' | 'starts_at'>): string =>
  JSON.stringify([alert.tenant_id, alert.fingerprint, alert.starts_at])
const startKey = (tenant: TenantId, fingerprint: string): string => JSON.stringify([tenant, fingerprint])

function remember<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > max) map.delete(map.keys().next().value!)
}

function checked(labels: Labels, limits: LabelLimits): Labels {
  const set = new LabelSet(limits)
  for (const [name, value] of Object.entries(labels)) set.add(name, value)
  return set.labels
}

function instant(text: string, field: string): string {
  const ms = Date.parse(text)
  if (Number.isFinite(ms)) return isoTime(ms)
  throw new Fault('VALIDATION_FAILED', `${field} is not a time.`, {
    details: [{ path: field, message: 'must be an ISO 8601 time' }],
  })
}
