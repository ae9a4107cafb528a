import type { Decision, DecisionState } from '@aiops/contract/model/decision'
import type { Deployment } from '@aiops/contract/model/deployment'
import { hoursPerMonth } from '@aiops/contract/model/money'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { PlacementConfig } from './config.ts'
import type { PlacementDeps, Proposal } from './index.ts'
import type { TenantLedger } from './tenant-ledger.ts'

type Deps = Pick<PlacementDeps, 'clock' | 'repository' | 'propose' | 'killSwitch' | 'log'>

/**
 * Takes decisions further. The record changes state before anything is asked for, and the deployment is found by the decision's id: killed
 * between the two, the next start asks for the same one again.
 */
export class Proposing {
  readonly #deps: Deps
  readonly #config: PlacementConfig
  readonly #changed: (ledger: TenantLedger, decision: Decision) => void

  constructor(
    deps: Deps,
    config: PlacementConfig,
    changed: (ledger: TenantLedger, decision: Decision) => void,
  ) {
    this.#deps = deps
    this.#config = config
    this.#changed = changed
  }

  async propose(ledger: TenantLedger, decision: Decision, comment: string, actor: string): Promise<string> {
    this.#mayTake(ledger, decision)
    const killed = this.#config.kill_switch
      ? 'placement.kill_switch is set'
      : this.#deps.killSwitch(ledger.tenant)
    if (killed !== null) throw new Fault('CONFLICT', `Nothing is proposed: ${killed}.`)
    const said = comment === '' ? '' : ` ${actor} wrote: ${comment}`
    const held = decision.state === 'HELD' ? ` Proposed by ${actor} although it was held.` : ''
    const proposed: Decision = {
      ...decision,
      state: 'PROPOSED',
      explanation: `${decision.explanation}${held}${said}`,
      proposed_by: decision.state === 'HELD' ? actor : null,
    }
    if (!(await this.#deps.repository.transition(ledger.tenant, proposed, decision.state)))
      throw new Fault('CONFLICT', 'Somebody else has just taken this decision further; look at it again.')
    ledger.proposed(decision.service, this.#deps.clock.now())
    this.#note(ledger, proposed)
    await ledger.flush()
    try {
      return await this.#open(ledger, proposed)
    } catch (error) {
      // Refused: the decision stands as it was. The time of it counts for the cooldown all the same.
      if (await this.#deps.repository.transition(ledger.tenant, decision, 'PROPOSED'))
        this.#note(ledger, decision)
      throw error
    }
  }

  /** After a start: deployments that were about to be opened. */
  async resume(ledger: TenantLedger): Promise<void> {
    for (const decision of [...ledger.latest.values()])
      if (decision.state === 'PROPOSED' && decision.deployment_id === null)
        await this.#open(ledger, decision).catch(() =>
          this.#deps.log.warn({ decision: decision.id }, 'A proposal that was cut short could not be opened'),
        )
  }

  async drop(ledger: TenantLedger, decision: Decision, reason: string, actor: string): Promise<Decision> {
    this.#mayTake(ledger, decision)
    const dropped: Decision = {
      ...decision,
      state: 'DROPPED',
      explanation: `${decision.explanation} ${actor} said no: ${reason}`,
    }
    if (!(await this.#deps.repository.transition(ledger.tenant, dropped, decision.state)))
      throw new Fault('CONFLICT', 'Somebody else has just taken this decision further; look at it again.')
    this.#refuse(ledger, decision)
    this.#note(ledger, dropped)
    await ledger.flush()
    return dropped
  }

  /** An emergency that nobody took up in time ends. */
  async expire(ledger: TenantLedger): Promise<void> {
    const before = this.#deps.clock.now() - durationMs(this.#config.emergency.expires)
    for (const decision of [...ledger.latest.values()]) {
      if (!decision.emergency || !isOpen(decision) || Date.parse(decision.at) > before) continue
      const explanation = `${decision.explanation} Nobody took it up in ${this.#config.emergency.expires}, so it has expired.`
      await this.#move(ledger, decision, { ...decision, state: 'DROPPED', explanation })
    }
  }

  async deploymentUpdated(ledger: TenantLedger, deployment: Deployment): Promise<void> {
    const decision = await this.#decisionOf(ledger, deployment)
    if (!decision) return
    const to = ends[deployment.state]
    if (!to || decision.state === to) return
    if (to === 'DROPPED') this.#refuse(ledger, decision)
    await this.#move(ledger, decision, { ...decision, state: to, deployment_id: deployment.id })
    await ledger.flush()
  }

  /** A service was seen to run elsewhere: where that is what was decided, it is done, whoever did it. */
  async moved(ledger: TenantLedger, service: string, to: string): Promise<void> {
    const decision = ledger.latest.get(service)
    if (decision && decision.action === 'MOVE' && decision.to === to && isOpen(decision))
      await this.#move(ledger, decision, { ...decision, state: 'DONE' })
  }

  async #decisionOf(ledger: TenantLedger, { decision_id: id }: Deployment): Promise<Decision | undefined> {
    if (id === null) return undefined
    for (const decision of ledger.latest.values()) if (decision.id === id) return decision
    return this.#deps.repository.decision(ledger.tenant, id)
  }

  async #move(ledger: TenantLedger, from: Decision, to: Decision): Promise<void> {
    if (await this.#deps.repository.transition(ledger.tenant, to, from.state)) this.#note(ledger, to)
  }

  async #open(ledger: TenantLedger, decision: Decision): Promise<string> {
    const { deploymentId } = await this.#deps.propose(
      ledger.tenant,
      proposalOf(decision, ledger.calibration.calibrated),
    )
    const opened = { ...decision, deployment_id: deploymentId }
    await this.#deps.repository.transition(ledger.tenant, opened, 'PROPOSED')
    this.#note(ledger, opened)
    return deploymentId
  }

  #mayTake(ledger: TenantLedger, decision: Decision): void {
    if (decision.action !== 'MOVE' || !isOpen(decision))
      throw new Fault(
        'CONFLICT',
        `This decision is ${decision.state.toLowerCase()}; only a recommended or held move can be taken further.`,
      )
    const newest = ledger.latest.get(decision.service)
    if (newest && newest.id !== decision.id)
      throw new Fault('CONFLICT', `There is a newer decision for ${decision.service}: ${newest.id}.`)
  }

  #refuse(ledger: TenantLedger, { service, to }: Decision): void {
    if (to !== null) ledger.refuse(service, to, this.#deps.clock.now() + durationMs(this.#config.cooldown))
  }

  #note(ledger: TenantLedger, decision: Decision): void {
    if (ledger.latest.get(decision.service)?.id === decision.id) ledger.latest.set(decision.service, decision)
    ledger.noteEmergency(decision)
    this.#changed(ledger, decision)
  }
}

const isOpen = ({ state }: Decision): boolean => state === 'RECOMMENDED' || state === 'HELD'
const ends: Partial<Record<Deployment['state'], DecisionState>> = {
  KEPT: 'DONE',
  REVERTED: 'REVERTED',
  DENIED: 'DROPPED',
  CLOSED: 'DROPPED',
  FAILED: 'DROPPED',
}

/** A decision as a change through Git is asked for it. Months are said only of rates. */
export function proposalOf(decision: Decision, calibrated: boolean): Proposal {
  const { service, from, to, economics, options } = decision
  const rateOf = (provider: string | null): number | null =>
    options.find((one) => one.provider === provider)?.reading.cost_hourly_usd ?? null
  const target = options.find((one) => one.provider === to)?.reading
  const here = rateOf(from)
  const there = rateOf(to)
  const rate = economics?.saving_hourly_usd
  return {
    ...{ service, title: `Move ${service} from ${from} to ${to}`, explanation: decision.explanation },
    proposedBy: decision.proposed_by ?? null,
    ...{ decisionId: decision.id, emergency: decision.emergency, signals: decision.signals },
    target: { provider: to ?? '', region: target?.region ?? null, instance: target?.instance ?? null },
    ...{ confidence: decision.confidence, calibrated },
    savingMonthlyUsd: rate
      ? { p10: rate.p10 * hoursPerMonth, p50: rate.p50 * hoursPerMonth, p90: rate.p90 * hoursPerMonth }
      : null,
    costDeltaPercent: here !== null && there !== null && here > 0 ? ((there - here) / here) * 100 : null,
    evidence: {
      ...{ options, tests: decision.tests, gap: decision.gap, flips: decision.flips, economics },
      ...{ seed: decision.seed, settings_version: decision.settings_version, decided_at: decision.at },
      proposed_at: isoTime(Date.parse(decision.at)),
    },
  }
}
