import type { Decision } from '@aiops/contract/model/decision'
import type { Placement } from '@aiops/contract/model/provider'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { Turn } from '../../kernel/turn.ts'
import { onEvent } from '../../port/event-bus.ts'
import type { PlacementConfig } from './config.ts'
import type { Verdict } from './decision/decision-input.ts'
import { DecisionRound, keyOf, type RoundContext } from './decision-round.ts'
import { alertSignal, anomalySignal } from './emergency/event-signal.ts'
import { readingSignals } from './emergency/reading-signal.ts'
import type { PlacementDeps } from './index.ts'
import { OutcomeKeeper } from './outcome/outcome-keeper.ts'
import { Proposing } from './proposing.ts'
import { seriesNames } from './provider/provider-series.ts'
import { TelemetryIntake } from './telemetry-intake.ts'
import { TenantLedger } from './tenant-ledger.ts'

/** A decision whose tests alone differ is written anew at most this often: values near a limit come and go. */
const testsAnewMs = 10 * 60_000
const dayMs = 86_400_000
/** How soon after an incident or alert about a provider a round of its own begins. */
const hurryMs = 1_000

/** What runs by itself: rounds, the file, outcomes, signals of the bus. One thing of a tenant at a time. */
export class DecisionEngine {
  readonly intake: TelemetryIntake
  readonly proposing: Proposing
  readonly #deps: PlacementDeps
  readonly #config: PlacementConfig
  readonly #round: DecisionRound
  readonly #outcomes: OutcomeKeeper
  readonly #ledgers = new Map<TenantId, TenantLedger>()
  readonly #counted
  readonly #made
  readonly #rounds
  readonly #seconds
  #stops: (() => void)[] = []
  #running: Promise<void> = Promise.resolve()
  readonly #pending = new Set<string>()
  #hurried = false

  constructor(deps: PlacementDeps, config: PlacementConfig) {
    this.#deps = deps
    this.#config = config
    const changed = (ledger: TenantLedger, decision: Decision): void => this.#publish(ledger, decision)
    this.intake = new TelemetryIntake(deps, config, (ledger, service, left) =>
      this.#moved(ledger, service, left),
    )
    this.proposing = new Proposing(deps, config, changed)
    this.#outcomes = new OutcomeKeeper(deps, config, changed)
    this.#round = new DecisionRound(deps, config)
    for (const tenant of deps.tenants)
      this.#ledgers.set(tenant, new TenantLedger(tenant, deps.repository, config))
    const { metrics } = deps
    this.#made = metrics.counter(
      'aiops_placement_decisions_total',
      'Placement decisions that were written, by state.',
      ['state'],
    )
    this.#counted = metrics.counter(
      'aiops_placement_repeated_total',
      'Placement decisions that said the same as the one before.',
    )
    this.#rounds = metrics.counter(
      'aiops_placement_rounds_total',
      'Rounds of placement decisions, by how they ended.',
      ['outcome'],
    )
    this.#seconds = metrics.histogram(
      'aiops_placement_round_seconds',
      'How long a round of placement decisions took.',
    )
  }

  ledger(tenant: TenantId): TenantLedger {
    const ledger = this.#ledgers.get(tenant)
    if (!ledger) throw new Fault('TENANT_UNKNOWN', `There is no tenant ${tenant} here.`)
    return ledger
  }

  async start(): Promise<void> {
    const { clock } = this.#deps
    const nowMs = clock.now()
    for (const ledger of this.#ledgers.values()) {
      const range = { startMs: nowMs - durationMs(this.#config.telemetry.window), endMs: nowMs }
      await ledger.restore()
      await this.#readSeries(ledger)
      // One name at a time: all of 10,000 services at once would be too much to hold.
      for (const name of [seriesNames.cost, seriesNames.latency, seriesNames.gpus, seriesNames.credits])
        ledger.remember(
          await this.#deps
            .history(ledger.tenant, name, { ...range, stepMs: durationMs(this.#config.telemetry.step) })
            .catch(() => []),
        )
      await this.proposing.resume(ledger)
    }
    this.#stops = [
      clock.every(durationMs(this.#config.interval), () =>
        this.#all('round', (ledger) => this.round(ledger)),
      ),
      clock.every(durationMs(this.#config.outcome.interval), () =>
        this.#all('measure', (ledger) => this.measure(ledger)),
      ),
      clock.every(dayMs / 24, () => void this.#forget()),
      ...this.#subscriptions(),
    ]
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) stop()
    this.#stops = []
    await this.#running
    for (const ledger of this.#ledgers.values()) await ledger.flush()
  }

  /** One round over all services of a tenant. */
  async round(ledger: TenantLedger): Promise<void> {
    const { clock } = this.#deps
    const begunMs = clock.monotonic()
    if (ledger.tenant === this.#deps.tenants[0]) await this.intake.readFile(ledger)
    await this.#readSeries(ledger)
    if (this.#config.mode === 'OFF') return
    await this.proposing.expire(ledger)
    const atMs = clock.now()
    const emergencies = this.#emergencies(ledger, atMs)
    const context = await this.#round.context(ledger, atMs, { emergencies })
    const found: Verdict[] = []
    await this.#round.run(ledger, context, ledger.book.services.keys(), new Turn(clock), (verdict) => {
      if (this.#isNews(ledger, verdict, atMs)) found.push(verdict)
      else this.#counted.inc()
    })
    const decisions = found.map((verdict) => ({ id: this.#deps.random.uuid(atMs), ...verdict }))
    if (decisions.length > 0) await this.#deps.repository.saveDecisions(ledger.tenant, decisions)
    for (const decision of decisions) {
      ledger.latest.set(decision.service, decision)
      ledger.noteEmergency(decision)
      this.#made.inc({ state: decision.state })
      this.#publish(ledger, decision)
    }
    await ledger.flush()
    if (this.#config.mode === 'PROPOSE') await this.#proposeAll(ledger, context)
    ledger.lastRunMs = atMs
    ledger.lastRunTookMs = clock.monotonic() - begunMs
    this.#seconds.observe(ledger.lastRunTookMs / 1_000)
    this.#rounds.inc({ outcome: 'done' })
  }

  measure(ledger: TenantLedger): Promise<void> {
    return this.#outcomes.measure(ledger)
  }

  async place(ledger: TenantLedger, placement: Placement): Promise<void> {
    const left = ledger.place(placement)
    if (left !== undefined) await this.#moved(ledger, placement.service, left)
    await ledger.flush()
  }

  async #moved(ledger: TenantLedger, service: string, left: string): Promise<void> {
    await this.intake.writeLeft(ledger, service, left)
    const to = ledger.book.placement(service)?.provider
    if (to !== undefined) await this.proposing.moved(ledger, service, to)
  }

  #emergencies(ledger: TenantLedger, atMs: number): RoundContext['emergencies'] {
    const { enabled, latency_factor: latencyFactor, cost_factor: costFactor } = this.#config.emergency
    if (!enabled) return []
    const { stale_after } = this.#config.telemetry
    const lossMs = Math.min(durationMs(stale_after), Math.max(3 * durationMs(this.#config.interval), 60_000))
    const limits = { latencyFactor, costFactor, lossMs, stepMs: durationMs(this.#config.telemetry.step) }
    for (const signal of readingSignals(ledger.book, atMs, limits)) ledger.board.add(signal)
    return ledger.board.emergencies(atMs)
  }

  /** One that says what the newest of its service says is counted and not written. While a deployment is open nothing else is. */
  #isNews(ledger: TenantLedger, verdict: Verdict, atMs: number): boolean {
    const before = ledger.latest.get(verdict.service)
    if (!before) return true
    if (before.state === 'PROPOSED') return false
    const closed = before.state === 'DONE' || before.state === 'REVERTED' || before.state === 'DROPPED'
    if (closed)
      return (
        verdict.state !== 'STAYING' &&
        !(before.state === 'DROPPED' && verdict.to === before.to && verdict.state === 'HELD')
      )
    if (keyOf(before) === keyOf(verdict)) return false
    const same =
      before.state === verdict.state && before.to === verdict.to && before.emergency === verdict.emergency
    return !same || atMs - Date.parse(before.at) >= testsAnewMs
  }

  /** The ones that win most first, as many as may move in this hour. */
  async #proposeAll(ledger: TenantLedger, { movesLastHour }: RoundContext): Promise<void> {
    const ready = [...ledger.latest.values()]
      .filter(({ state, action }) => state === 'RECOMMENDED' && action === 'MOVE')
      .sort((a, b) => Number(b.emergency) - Number(a.emergency) || (b.confidence ?? 0) - (a.confidence ?? 0))
    let room = this.#config.moves_per_hour_max - movesLastHour
    for (const decision of ready) {
      if (room <= 0) return
      room -= 1
      try {
        await this.proposing.propose(ledger, decision, '', 'aiops-bot')
      } catch (error) {
        this.#deps.log.warn(
          { decision: decision.id, problem: messageOf(error) },
          'A decision could not be proposed',
        )
      }
    }
  }

  #subscriptions(): (() => void)[] {
    const { bus } = this.#deps
    const known = (tenant: TenantId): TenantLedger | undefined => this.#ledgers.get(tenant)
    return [
      onEvent(
        bus,
        'placement-signals',
        ['ALERT_FIRED', 'ALERT_RESOLVED', 'ANOMALY_DETECTED', 'ANOMALY_ENDED'],
        (event) => {
          const ledger = known(event.tenant_id)
          if (!ledger) return
          if (event.event_type === 'ALERT_RESOLVED') return ledger.board.remove(`alert:${event.payload.id}`)
          if (event.event_type === 'ANOMALY_ENDED') return ledger.board.remove(`anomaly:${event.payload.id}`)
          const signal =
            event.event_type === 'ALERT_FIRED'
              ? alertSignal(event.payload, ledger.book)
              : anomalySignal(event.payload, ledger.book)
          if (!signal) return
          ledger.board.add(signal)
          this.#hurry()
        },
      ),
      onEvent(bus, 'placement-incidents', ['INCIDENT_CREATED', 'INCIDENT_UPDATED'], (event) => {
        const ledger = known(event.tenant_id)
        if (ledger?.board.emergencies(this.#deps.clock.now()).length) this.#hurry()
      }),
      onEvent(bus, 'placement-deployments', ['DEPLOYMENT_UPDATED'], async (event) => {
        const ledger = known(event.tenant_id)
        if (ledger) await this.proposing.deploymentUpdated(ledger, event.payload)
      }),
    ]
  }

  #hurry(): void {
    if (this.#hurried) return
    this.#hurried = true
    this.#stops.push(
      this.#deps.clock.after(hurryMs, () => {
        this.#hurried = false
        this.#all('hurry', (ledger) => this.round(ledger))
      }),
    )
    if (this.#stops.length > 100) this.#stops.splice(6, 50)
  }

  /** One after the other; one that comes while another of its kind waits or runs is left out. */
  #all(kind: 'round' | 'hurry' | 'measure', task: (ledger: TenantLedger) => Promise<void>): void {
    if (this.#pending.has(kind)) return
    this.#pending.add(kind)
    this.#running = this.#running.then(async () => {
      for (const ledger of this.#ledgers.values())
        await task(ledger).catch((error: unknown) => {
          this.#rounds.inc({ outcome: 'failed' })
          const fields = { tenant: ledger.tenant, kind, problem: messageOf(error) }
          this.#deps.log.warn(fields, 'A round of placement failed')
        })
      this.#pending.delete(kind)
    })
  }

  async #readSeries(ledger: TenantLedger): Promise<void> {
    await this.intake
      .readSeries(ledger)
      .catch((error: unknown) =>
        this.#deps.log.warn({ problem: messageOf(error) }, 'Series of providers could not be read'),
      )
  }

  async #forget(): Promise<void> {
    await this.#deps.repository
      .deleteBefore(this.#deps.clock.now() - durationMs(this.#config.retention))
      .catch((error: unknown) =>
        this.#deps.log.warn({ problem: messageOf(error) }, 'Old decisions could not be deleted'),
      )
  }

  #publish(ledger: TenantLedger, decision: Decision): void {
    const nowMs = this.#deps.clock.now()
    this.#deps.bus.publish('events', {
      ...{ event_id: this.#deps.random.uuid(nowMs), event_type: 'DECISION_MADE', source: 'placement' },
      ...{ tenant_id: ledger.tenant, timestamp: isoTime(nowMs), payload: decision },
    })
  }
}
