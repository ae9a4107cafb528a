import type { Decision } from '@aiops/contract/model/decision'
import { type Placement, ProviderName } from '@aiops/contract/model/provider'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import type { PlacementRepository, ServiceState } from '../../port/placement-repository.ts'
import type { PlacementConfig } from './config.ts'
import type { Regret } from './decision/regret.ts'
import { SignalBoard } from './emergency/signal-board.ts'
import { type Calibration, calibrationOf } from './outcome/calibration.ts'
import { ProviderBook, placementOf, valuesOf } from './provider/provider-book.ts'
import { pointsOf, type SeriesHistory } from './provider/provider-series.ts'

/** Times of moves that are kept of a service. */
const movesMax = 50
/** Moves and proposals count towards limits for this long at most. */
const dayMs = 86_400_000

const RegretBody = z.record(
  z.string(),
  z.object({ atMs: z.number(), byProvider: z.record(ProviderName, z.number().nonnegative()) }),
)

/** All that is known of one tenant, in memory as it is in the records. */
export class TenantLedger {
  readonly tenant: TenantId
  readonly book: ProviderBook
  readonly board: SignalBoard
  readonly regret = new Map<string, Regret>()
  readonly latest = new Map<string, Decision>()
  /** The last emergency of each service; `open` while it waits for somebody to take it up. */
  readonly emergencies = new Map<string, { atMs: number; signals: ReadonlySet<string>; open: boolean }>()
  readonly #states = new Map<string, ServiceState>()
  readonly #dirty = new Set<string>()
  readonly #repository: PlacementRepository
  calibration: Calibration = calibrationOf([])
  lastRunMs: number | null = null
  lastRunTookMs: number | null = null
  regretSaved = ''

  constructor(tenant: TenantId, repository: PlacementRepository, config: PlacementConfig) {
    this.tenant = tenant
    this.#repository = repository
    const stepMs = durationMs(config.telemetry.step)
    this.book = new ProviderBook({
      ...{
        stepMs,
        steps: durationMs(config.telemetry.window) / stepMs,
        seriesMax: config.telemetry.series_max,
      },
      staleMs: durationMs(config.telemetry.stale_after),
    })
    this.board = new SignalBoard({
      windowMs: durationMs(config.emergency.window),
      originsMin: config.emergency.signals_min,
    })
  }

  /** From the records. */
  async restore(): Promise<void> {
    for (const state of await this.#repository.states(this.tenant)) {
      this.#states.set(state.service, state)
      for (const placement of state.placements) this.book.place(placement)
    }
    for (const decision of await this.#repository.latestDecisions(this.tenant))
      this.latest.set(decision.service, decision)
    const recent = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER, services: [], actions: [], offset: 0 }
    const urgent = await this.#repository.decisions(this.tenant, {
      ...recent,
      actions: ['MOVE'],
      states: [],
      limit: 500,
    })
    for (const decision of urgent.decisions.toReversed()) this.noteEmergency(decision)
    const regret = RegretBody.safeParse(jsonOf(await this.#repository.regret(this.tenant)))
    if (regret.success)
      for (const [service, one] of Object.entries(regret.data)) this.regret.set(service, one)
    await this.recalibrate()
  }

  /** Windows of what is known, from the series. */
  remember(history: readonly SeriesHistory[]): void {
    for (const point of pointsOf(history))
      this.book.services
        .get(point.service)
        ?.pairs.get(point.provider)
        ?.window.add(point.timeMs, valuesOf(point))
  }

  noteEmergency(decision: Pick<Decision, 'service' | 'at' | 'emergency' | 'signals' | 'state'>): void {
    if (!decision.emergency) return
    const before = this.emergencies.get(decision.service)
    const signals = new Set([...(before?.signals ?? []), ...decision.signals].slice(-500))
    const open = decision.state === 'RECOMMENDED' || decision.state === 'HELD'
    this.emergencies.set(decision.service, { atMs: Date.parse(decision.at), signals, open })
  }

  async recalibrate(): Promise<void> {
    this.calibration = calibrationOf(await this.#repository.outcomes(this.tenant))
  }

  state(service: string): ServiceState {
    let state = this.#states.get(service)
    if (!state) {
      state = { service, placements: [], lastProposalMs: null, droppedUntilMs: {}, movesMs: [] }
      this.#states.set(service, state)
    }
    return state
  }

  /**
   * Takes in where a service runs. Where that is believed to be another place than before, a move was made: regret begins anew.
   * Returns the place that it left, or undefined where it stayed or was not known.
   */
  place(placement: Placement): string | undefined {
    const { service } = placement
    const before = this.book.placement(service)
    const changed = this.book.place(placement)
    const entry = this.book.services.get(service)!
    const state = this.state(service)
    const kept = Object.values(entry.placements).filter((one) => one !== undefined)
    if (JSON.stringify(kept) !== JSON.stringify(state.placements)) {
      state.placements = kept
      this.#dirty.add(service)
    }
    if (!changed || before === undefined) return undefined
    state.movesMs = [...state.movesMs, Date.parse(placementOf(entry)!.since)].slice(-movesMax)
    this.regret.delete(service)
    return before.provider
  }

  proposed(service: string, nowMs: number): void {
    this.state(service).lastProposalMs = nowMs
    this.#dirty.add(service)
  }
  refuse(service: string, provider: string, untilMs: number): void {
    this.state(service).droppedUntilMs[provider] = untilMs
    this.#dirty.add(service)
  }

  /** Services that moved or were proposed since. */
  movesSince(sinceMs: number): number {
    let count = 0
    for (const { lastProposalMs, movesMs } of this.#states.values())
      if ((lastProposalMs ?? 0) > sinceMs || (movesMs.at(-1) ?? 0) > sinceMs) count += 1
    return count
  }
  movesInDay(service: string, nowMs: number): number {
    return this.#states.get(service)?.movesMs.filter((at) => at > nowMs - dayMs).length ?? 0
  }

  async flush(): Promise<void> {
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    if (dirty.length > 0)
      await this.#repository.saveStates(
        this.tenant,
        dirty.map((service) => this.state(service)),
      )
    const regret = JSON.stringify(Object.fromEntries(this.regret))
    if (regret !== this.regretSaved) {
      await this.#repository.saveRegret(this.tenant, regret)
      this.regretSaved = regret
    }
  }
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}')
  } catch {
    return undefined
  }
}
