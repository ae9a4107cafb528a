import type { Deployment } from '@aiops/contract/model/deployment'
import type { SimulatedPlan } from './simulated-engine.suite.ts'
import type { Process } from './simulated-schedule.suite.ts'
import type { World } from './simulated-world.suite.ts'
import { filesSha256 } from './stack-files.ts'

/**
 * Holds every effect against what must be so, by rules of its own: it shares nothing with the flow but the words of the records. It knows
 * the truth, and what each process was told last, since nobody can know of what happened after the answer.
 */
export class Observer {
  readonly violations: string[] = []
  applies = 0
  readonly #world: World
  readonly #claims = new Map<string, { id: string; process: Process }[]>()
  readonly #done = new Map<string, number>()

  constructor(world: World) {
    this.#world = world
    world.records.claimed = (process, { deployment }) => this.#claimed(process, deployment)
    world.engine.applied = (process, sha256, plan) => this.#applied(process, sha256, plan)
    world.records.swapped = ({ deployment }) => this.#swapped(deployment)
    world.schedule.opened = ({ source }) => {
      const service = source.split('/')[1]?.split('-')[0]
      const open = world.forge.requests.filter(
        (one) => one.state === 'OPEN' && one.source.split('/')[1]?.split('-')[0] === service,
      )
      if (open.length > 1) this.#say(`two open requests of ${service}`)
      const ours = [...world.forge.branches.keys()].filter((name) => name.startsWith('ai-recommendation/'))
      const reverts = [...world.records.rows.values()].filter(
        ({ stored }) => stored.deployment.reverts !== null,
      )
      if (ours.length > world.config.open_max + reverts.length) this.#say(`${ours.length} branches`)
    }
  }

  #say(what: string): void {
    this.violations.push(`${this.#world.schedule.step}: ${what}`)
  }

  /** That an apply begins: what it is begun under. */
  #claimed(process: Process, deployment: Deployment): void {
    const { records, schedule } = this.#world
    if (records.kill.on) this.#say('an apply began under the kill switch')
    const isUrgent = deployment.reverts !== null
    if (process.seen.frozen && records.isFrozen() && !isUrgent) this.#say('an apply began in a freeze')
    const hour = [...records.rows.values()].filter(
      ({ appliedMs, stored }) =>
        appliedMs !== null && appliedMs > schedule.now - 3_600_000 && stored.deployment.reverts === null,
    )
    if (!isUrgent && hour.length > this.#world.config.applies_per_hour_max)
      this.#say('too many applies an hour')
    const sha = deployment.plan?.sha256 ?? ''
    this.#claims.set(sha, [...(this.#claims.get(sha) ?? []), { id: deployment.id, process }])
  }

  /** Who says that it was applied says so of what was. */
  #swapped({ state, changes, id }: Deployment): void {
    if (state !== 'VERIFYING') return
    for (const { variable, after } of changes)
      if (!this.#world.engine.everHeld.has(`${variable} = ${String(after)}`))
        this.#say(`${id} was never applied`)
  }

  /** That something is really applied. */
  #applied(process: Process, sha256: string, plan: SimulatedPlan & { step: number }): void {
    const { forge, records } = this.#world
    this.applies += 1
    const times = (this.#done.get(sha256) ?? 0) + 1
    this.#done.set(sha256, times)
    if (times > 1) this.#say('one plan was applied twice')
    const claim = this.#claims.get(sha256)?.find((one) => one.process === process)
    const row = claim && records.rows.get(claim.id)
    if (!claim || !row) {
      this.#say('an apply that nobody claimed')
      return
    }
    const { deployment, work } = row.stored
    const files = [...forge.filesOf(process.seen.head)]
      .filter(([path]) => path.startsWith('prod/'))
      .map(([path, content]) => ({ path, content }))
      .sort((a, b) => (a.path < b.path ? -1 : 1))
    if (filesSha256(files) !== plan.filesSha256) this.#say('applied files are not those of the target')
    const { request, context } = process.seen
    if (request?.state !== 'MERGED') {
      this.#say('applied what is not merged')
      return
    }
    if (request.headSha !== deployment.head_sha) this.#say('applied another head')
    if (plan.atRisk) this.#say('applied what was to be denied')
    const people = this.#people(claim.id, deployment, request, sha256, plan.step)
    const needed = needs(plan, deployment, work, context)
    if (people.size < needed) this.#say(`applied with ${people.size} of ${needed} approvals`)
  }

  /** Those who approved this head having been able to see this plan, as the process was told last. */
  #people(
    id: string,
    deployment: Deployment,
    request: NonNullable<Process['seen']['request']>,
    sha256: string,
    planStep: number,
  ): Set<string> {
    const people = new Set<string>()
    for (const { by, headSha, step = 0 } of request.approvals)
      if (headSha === deployment.head_sha && step >= planStep) people.add(by)
    for (const one of this.#world.asked)
      if (one.id === id && one.headSha === deployment.head_sha && one.planSha256 === sha256)
        people.add(one.by)
    people.delete('aiops-bot')
    people.delete(deployment.author)
    return people
  }

  /** After everything has come to rest. */
  atRest(): void {
    for (const { stored } of this.#world.records.rows.values()) {
      const { deployment, work } = stored
      const { state, head_sha, plan } = deployment
      const resting = ['KEPT', 'REVERTED', 'DENIED', 'CLOSED', 'FAILED', 'AWAITING_APPROVAL', 'REVERTING']
      const waitsForRoom = state === 'PROPOSED' && work.waiting?.includes('branches') === true
      if (!resting.includes(state) && !waitsForRoom)
        this.#say(`${deployment.id} rests in ${state}: ${work.waiting}`)
      if (state !== 'AWAITING_APPROVAL') continue
      const found = this.#world.granted.filter(
        (one) =>
          one.id === deployment.id &&
          one.headSha === head_sha &&
          one.planSha256 === plan?.sha256 &&
          one.by !== deployment.author,
      )
      const people = new Set(found.map(({ by }) => by))
      if (people.size >= (deployment.policy?.approvals_needed ?? 9)) this.#say('an approval was lost')
    }
  }
}

/** The shipped policy, said once more in other words. */
function needs(
  plan: SimulatedPlan,
  { reverts, author }: Deployment,
  { decision }: { decision: Decision },
  context: Process['seen']['context'],
): number {
  if (context.tier === 1) return 2
  if (context.stateful) return 1
  if (reverts !== null) return 0
  if (context.incident_open || context.prices_stale !== false || author !== 'aiops-bot' || !decision) return 1
  if (plan.deletes > 5) return 1
  const { confidence, calibrated, saving_monthly_usd: saving, cost_delta_percent: delta } = decision
  if (delta === null || delta >= 5 || confidence === null || confidence <= 0.85 || !calibrated) return 1
  return saving === null || saving.p10 <= 0 || saving.p50 < 50 ? 1 : 0
}

type Decision = {
  confidence: number | null
  calibrated: boolean
  saving_monthly_usd: { p10: number; p50: number; p90: number } | null
  cost_delta_percent: number | null
} | null
