import type { Event } from '@aiops/contract/event'
import type { Alert } from '@aiops/contract/model/alert'
import { entityOf } from '@aiops/contract/model/entity'
import { severityOf } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { Random } from '../../../kernel/random.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { AlertRepository } from '../../../port/record-store.ts'
import type { PlainAlert } from '../index.ts'
import { checkedLabels, type LabelLimits } from '../label-set.ts'
import { Rejections } from '../rejection.ts'
import { AlertStart, type CheckedAlert } from './alert-start.ts'
import { fingerprintOf } from './fingerprint.ts'
import { KeptTogether } from './kept-together.ts'
import { UnheardAlerts } from './unheard-alerts.ts'

export type AlertDeps = { alerts: AlertRepository; bus: EventBus; clock: Clock; random: Random }
export type AlertLimits = { labels: LabelLimits; alertsMax: number; knownMax: number }

const REQUESTS_WAITING_MAX = 256
type Own = { tenant: TenantId; alert: CheckedAlert }

/** Annotations are prose: their values may be this long. */
const ANNOTATION_BYTES_MAX = 65_536
/** Alerts resolved in one go because their time was up. */
const EXPIRED_MAX = 1_000

/**
 * Alerts into the repository, then onto the bus. The same fingerprint and start is one alert; the same state of it again is
 * stored but raises no event.
 */
export class AlertIntake {
  readonly #deps: AlertDeps
  readonly #limits: AlertLimits
  readonly #start: AlertStart
  readonly #unheard = new UnheardAlerts()
  readonly #keeping = new KeptTogether<Own, Alert>('the alert repository', REQUESTS_WAITING_MAX, (own) =>
    this.#keep(own),
  )

  constructor(deps: AlertDeps, limits: AlertLimits) {
    this.#deps = deps
    this.#limits = limits
    this.#start = new AlertStart(deps.alerts, limits.knownMax)
  }

  /** Checks all before it stores any. Resolves when all are stored. */
  async accept(tenant: TenantId, source: string, incoming: readonly PlainAlert[]): Promise<Alert[]> {
    this.#checkCount(incoming)
    const checked = incoming.map((alert) => this.#check(tenant, source, alert))
    return this.#keeping.keep(checked.map((alert) => ({ tenant, alert })))
  }

  /** Each on its own: what is wrong with one leaves the others as they are. Resolves when those are stored. */
  async acceptEach(
    tenant: TenantId,
    source: string,
    incoming: readonly PlainAlert[],
  ): Promise<{ stored: Alert[]; rejections: Rejections }> {
    this.#checkCount(incoming)
    const rejections = new Rejections()
    const checked = incoming.flatMap((alert) => {
      try {
        return [this.#check(tenant, source, alert)]
      } catch (error) {
        if (!isFault(error)) throw error
        rejections.add(error)
        return []
      }
    })
    return { stored: await this.#keeping.keep(checked.map((alert) => ({ tenant, alert }))), rejections }
  }

  /** The one of this fingerprint that began last, if it is firing. */
  async firing(tenant: TenantId, fingerprint: string): Promise<Alert | undefined> {
    const latest = await this.#deps.alerts.latest(tenant, fingerprint)
    return latest?.status === 'FIRING' ? latest : undefined
  }

  /** Resolves those that expired in this time and were not repeated, and tells what a write that failed has left untold; returns how many. */
  async expire(afterMs: number, untilMs: number): Promise<number> {
    const ended = await this.#keeping.keepFound(async () => {
      for (const alert of await this.#unheard.stored(this.#deps.alerts))
        this.#deps.bus.publish('events', this.#event(alert))
      const due = await this.#deps.alerts.expiring(afterMs, untilMs, EXPIRED_MAX)
      return due.map((alert): Own => {
        // `expires_at` is kept with the end, so that a repeat which comes after all is told from one that was overtaken.
        const over = { status: 'RESOLVED' as const, ends_at: alert.expires_at ?? alert.starts_at }
        return {
          tenant: alert.tenant_id,
          alert: { alert: { ...alert, ...over }, startMs: Date.parse(alert.starts_at), joins: false },
        }
      })
    })
    return ended.length
  }

  #checkCount(incoming: readonly PlainAlert[]): void {
    if (incoming.length <= this.#limits.alertsMax) return
    throw new Fault(
      'VALIDATION_FAILED',
      `One request may hold ${this.#limits.alertsMax} alerts; this one holds ${incoming.length}.`,
    )
  }

  /** One request after another: what is stored decides which alert this is, and the last state sent is to be the last stored. */
  async #keep(own: readonly Own[]): Promise<Alert[]> {
    if (own.length === 0) return []
    const alerts: Alert[] = []
    for (const run of runsOf(own)) {
      const checked = run.map(({ alert }) => alert)
      alerts.push(...(await this.#start.settle(run[0]?.tenant ?? '', checked, this.#deps.clock.now())))
    }
    const stored = await this.#deps.alerts.upsertAll(alerts).catch((error: unknown) => {
      this.#unheard.note(alerts)
      throw error
    })
    for (const { alert, before } of stored) {
      this.#start.remember(alert)
      if (alert.status === before) continue
      this.#unheard.forget(alert)
      this.#deps.bus.publish('events', this.#event(alert))
    }
    return stored.map(({ alert }) => alert)
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

  #check(tenant: TenantId, source: string, incoming: PlainAlert): CheckedAlert {
    const now = this.#deps.clock.now()
    const { labels: limits } = this.#limits
    const labels = checkedLabels(incoming.labels, limits)
    const annotations = checkedLabels(incoming.annotations, {
      ...limits,
      valueBytesMax: ANNOTATION_BYTES_MAX,
    })
    const entity = entityOf(labels)
    const firing = incoming.status === 'FIRING'
    const alert: Alert = {
      id: this.#deps.random.uuid(now),
      tenant_id: tenant,
      fingerprint: incoming.fingerprint || fingerprintOf(incoming.name, labels),
      source,
      name: incoming.name,
      severity: severityOf(incoming.severity),
      status: incoming.status,
      message: incoming.message,
      labels,
      annotations,
      ...(entity === undefined ? {} : { entity }),
      starts_at: '',
      ends_at: firing ? null : isoTime(incoming.ends_at ? instant(incoming.ends_at, 'ends_at') : now),
      received_at: isoTime(now),
      ...(firing && incoming.expires_at
        ? { expires_at: isoTime(instant(incoming.expires_at, 'expires_at')) }
        : {}),
      ...(incoming.generator_url ? { generator_url: incoming.generator_url } : {}),
      incident_id: null,
    }
    const startMs = incoming.starts_at ? instant(incoming.starts_at, 'starts_at') : undefined
    return { alert, startMs, joins: incoming.joins ?? false }
  }
}

/** Neighbours of one tenant together, in order. */
function runsOf(own: readonly Own[]): Own[][] {
  const runs: Own[][] = []
  for (const one of own) {
    const last = runs.at(-1)
    if (last?.[0]?.tenant === one.tenant) last.push(one)
    else runs.push([one])
  }
  return runs
}

/** Milliseconds. A year beyond 9999 has no ISO form of four digits. */
function instant(text: string, field: string): number {
  const ms = Date.parse(text)
  if (Number.isFinite(ms) && Math.abs(ms) < 253_402_300_800_000) return ms
  throw new Fault('VALIDATION_FAILED', `${field} is not a time.`, {
    details: [{ path: field, message: 'must be an ISO 8601 time' }],
  })
}
