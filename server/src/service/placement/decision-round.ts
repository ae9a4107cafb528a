import type { Decision } from '@aiops/contract/model/decision'
import { hourly } from '@aiops/contract/model/money'
import type { ProviderReading } from '@aiops/contract/model/provider'
import { durationMs } from '@aiops/contract/model/time'
import type { Turn } from '../../kernel/turn.ts'
import { type PlacementConfig, rulesBook, type ServiceRules } from './config.ts'
import { Decider } from './decision/decider.ts'
import type { Candidate, DecisionInput, EgressPrice, Verdict } from './decision/decision-input.ts'
import { seedOf } from './decision/random-stream.ts'
import { accumulate, type Regret } from './decision/regret.ts'
import { type Emergency, reasonOf } from './emergency/signal-board.ts'
import type { PlacementDeps, WhatIf } from './index.ts'
import { worthOf } from './outcome/calibration.ts'
import { placementOf, type ServiceEntry } from './provider/provider-book.ts'
import { alignedColumns } from './provider/window.ts'
import type { TenantLedger } from './tenant-ledger.ts'

/** What holds for all services in one round. */
export type RoundContext = {
  atMs: number
  incidents: ReadonlyMap<string, readonly { id: string; name: string }[]>
  emergencies: readonly Emergency[]
  movesLastHour: number
  whatIf: readonly WhatIf[]
  hypothetical: boolean
  /** By provider and region that services with data to carry over leave. */
  egress: ReadonlyMap<string, EgressPrice>
}

const hourMs = 3_600_000
/** Providers and regions whose price is looked up in a round; services elsewhere go by the settings. */
const egressMax = 500

type Deps = Pick<PlacementDeps, 'incidents' | 'prices' | 'budgetFrozen' | 'killSwitch' | 'egress'>

/** Turns what is known of a tenant into inputs of the decider, service by service, giving way between. */
export class DecisionRound {
  readonly #config: PlacementConfig
  readonly #deps: Deps
  readonly #decider: Decider
  readonly #rulesOf: (service: string) => ServiceRules
  readonly #stepMs: number

  constructor(deps: Deps, config: PlacementConfig) {
    this.#config = config
    this.#deps = deps
    this.#decider = new Decider(config)
    this.#rulesOf = rulesBook(config)
    this.#stepMs = durationMs(config.telemetry.step)
  }

  async context(
    ledger: TenantLedger,
    atMs: number,
    more: Partial<Pick<RoundContext, 'whatIf' | 'hypothetical' | 'emergencies'>> = {},
  ): Promise<RoundContext> {
    const incidents = await this.#deps.incidents(ledger.tenant)
    const movesLastHour = ledger.movesSince(atMs - hourMs)
    const egress = await this.#egress(ledger)
    return {
      ...{ atMs, incidents, movesLastHour, egress, emergencies: [], whatIf: [], hypothetical: false },
      ...more,
    }
  }

  async #egress({ tenant, book }: TenantLedger): Promise<RoundContext['egress']> {
    const found = new Map<string, EgressPrice>()
    if (!this.#deps.egress) return found
    const asked = new Set<string>()
    for (const [service, entry] of book.services) {
      if (this.#rulesOf(service).egress_gib === 0 || asked.size >= egressMax) continue
      const from = leaving(entry)
      if (!from || asked.has(keyOfPlace(from))) continue
      asked.add(keyOfPlace(from))
      const price = await this.#deps.egress(tenant, from)
      if (price) found.set(keyOfPlace(from), price)
    }
    return found
  }

  /** Asks `take` for each verdict; regret goes on unless the round is hypothetical. */
  async run(
    ledger: TenantLedger,
    context: RoundContext,
    services: Iterable<string>,
    turn: Turn,
    take: (verdict: Verdict) => void,
  ): Promise<void> {
    for (const service of services) {
      if (turn.due()) await turn.give()
      const entry = ledger.book.services.get(service)
      if (entry && entry.pairs.size > 0) take(this.verdict(ledger, context, service, entry))
    }
  }

  verdict(ledger: TenantLedger, context: RoundContext, service: string, entry: ServiceEntry): Verdict {
    const placement = placementOf(entry)
    const current = placement?.provider ?? null
    const candidates = this.#candidates(ledger, context, service, entry)
    const regret = this.#regret(ledger, context, service, current, candidates)
    const emergency = emergencyOf(
      ledger,
      context,
      service,
      current,
      durationMs(this.#config.emergency.review_after),
    )
    const outages = context.whatIf.filter((one) => one.outage && (one.service ?? service) === service)
    const input: DecisionInput = {
      ...{ service, atMs: context.atMs, seed: seedOf(service, context.atMs), current, candidates, regret },
      sinceMs: placement ? Date.parse(placement.since) : null,
      rules: this.#rulesOf(service),
      egress: context.egress.get(keyOfPlace(leaving(entry))),
      guard: this.#guard(ledger, context, service),
      emergency: emergency && {
        reason: reasonOf(emergency),
        signals: [
          ...emergency.signals.map(({ id }) => id).slice(0, 50),
          ...(context.incidents.get(service) ?? []).map(({ id }) => `incident:${id}`),
        ],
      },
      out: new Set([
        ...outages.map(({ provider }) => provider),
        ...context.emergencies.filter(({ kind }) => kind === 'OUTAGE').map(({ provider }) => provider),
      ]),
      hypothetical: context.hypothetical,
      calibration: (confidence) => worthOf(ledger.calibration, confidence),
    }
    return this.#decider.decide(input)
  }

  #guard(ledger: TenantLedger, context: RoundContext, service: string): DecisionInput['guard'] {
    const state = ledger.state(service)
    const latest = ledger.latest.get(service)
    const open =
      latest?.state === 'PROPOSED' ? (latest.deployment_id ?? `that of decision ${latest.id}`) : null
    return {
      ...{ lastProposalMs: state.lastProposalMs, droppedUntilMs: state.droppedUntilMs },
      movesLastHour: context.movesLastHour,
      serviceMovesLastDay: ledger.movesInDay(service, context.atMs),
      incidents: (context.incidents.get(service) ?? []).map(({ name }) => name),
      budgetFrozen: this.#deps.budgetFrozen(ledger.tenant, service),
      prices: this.#deps.prices(ledger.tenant),
      killSwitch: this.#config.kill_switch
        ? 'placement.kill_switch is set'
        : this.#deps.killSwitch(ledger.tenant),
      openDeployment: open,
    }
  }

  #candidates(
    ledger: TenantLedger,
    { atMs, whatIf }: RoundContext,
    service: string,
    entry: ServiceEntry,
  ): Candidate[] {
    const pairs = [...entry.pairs.values()]
    // What is stale has no part in the common window: it would end where that one did.
    const stale = pairs.map((pair) => ledger.book.staleSeconds(pair, atMs))
    const columns = alignedColumns(
      pairs.map(({ window, reading }, at) =>
        stale[at] === null || reading.provider === placementOf(entry)?.provider ? window : undefined,
      ),
      atMs,
      this.#stepMs,
    )
    return pairs.map((pair, at) => {
      const asIf = whatIf.filter(
        (one) => one.provider === pair.reading.provider && (one.service ?? service) === service,
      )
      const cost = asIf.reduce((factor, one) => factor * (1 + one.cost_percent / 100), 1)
      const latency = asIf.reduce((factor, one) => factor * (1 + one.latency_percent / 100), 1)
      return {
        reading: cost === 1 && latency === 1 ? pair.reading : changed(pair.reading, cost, latency),
        staleSeconds: stale[at]!,
        columns: columns[at]!.map((column, field) =>
          column && field < 2 ? scaled(column, field === 0 ? cost : latency) : column,
        ),
      }
    })
  }

  #regret(
    ledger: TenantLedger,
    { atMs, hypothetical }: RoundContext,
    service: string,
    current: string | null,
    candidates: readonly Candidate[],
  ): Regret {
    const rate = (one: Candidate | undefined): number | null =>
      one && one.staleSeconds === null ? one.reading.cost_hourly_usd : null
    const here = rate(candidates.find(({ reading }) => reading.provider === current))
    const others = candidates.filter(({ reading }) => reading.provider !== current)
    const regret = accumulate(
      ledger.regret.get(service),
      atMs,
      here,
      others.map((one) => ({ provider: one.reading.provider, rate: rate(one) })),
    )
    if (!hypothetical) ledger.regret.set(service, regret)
    return regret
  }
}

/** The emergency of where a service runs; none for an incident, or so soon after one, that was acted upon already. */
function emergencyOf(
  ledger: TenantLedger,
  { emergencies, incidents, atMs }: RoundContext,
  service: string,
  current: string | null,
  restMs: number,
): Emergency | null {
  const emergency = emergencies.find(
    (one) => one.provider === current && (one.services === null || one.services.has(service)),
  )
  if (!emergency) return null
  const last = ledger.emergencies.get(service)
  if (!last || last.open) return emergency
  const open = (incidents.get(service) ?? []).map(({ id }) => `incident:${id}`)
  const known = open.some((id) => last.signals.has(id))
  return known || atMs - last.atMs < restMs ? null : emergency
}

const changed = (reading: ProviderReading, cost: number, latency: number): ProviderReading => ({
  ...reading,
  cost_hourly_usd:
    reading.cost_hourly_usd === null ? null : hourly(Math.max(0, reading.cost_hourly_usd * cost)),
  latency_ms: reading.latency_ms === null ? null : Math.max(0, reading.latency_ms * latency),
  source: `${reading.source}, what if`.slice(0, 200),
})
const scaled = (column: Float64Array, factor: number): Float64Array =>
  factor === 1 ? column : column.map((value) => Math.max(0, value * factor))

/** Where a service runs, as its own reading there says. */
function leaving(entry: ServiceEntry): { provider: string; region: string | null } | undefined {
  const provider = placementOf(entry)?.provider
  return provider === undefined
    ? undefined
    : { provider, region: entry.pairs.get(provider)?.reading.region ?? null }
}
const keyOfPlace = (place: { provider: string; region: string | null } | undefined): string =>
  JSON.stringify([place?.provider, place?.region])

/** What makes a decision another one. */
export const keyOf = ({
  state,
  action,
  to,
  emergency,
  tests,
}: Pick<Decision, 'state' | 'action' | 'to' | 'emergency' | 'tests'>): string =>
  `${state} ${action} ${to} ${emergency} ${tests.flatMap(({ name, passed }) => (passed ? [] : [name])).join(' ')}`
