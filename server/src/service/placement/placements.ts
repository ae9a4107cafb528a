import type { Decision } from '@aiops/contract/model/decision'
import { usd } from '@aiops/contract/model/money'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { Turn } from '../../kernel/turn.ts'
import type { PlacementConfig } from './config.ts'
import { DecisionEngine } from './decision-engine.ts'
import { DecisionRound } from './decision-round.ts'
import type { PlacementDeps, Placements, ReplayAnswer, ReplayRequest } from './index.ts'
import { opportunitiesOf, overviewOf } from './overview.ts'
import { pointsOf, selectorOf } from './provider/provider-series.ts'
import { coursesOf, replay } from './replay/replay.ts'
import { replaySettings } from './replay/replay-settings.ts'
import { cellsMax, TraceBuilder } from './replay/trace.ts'
import { saidPlacement } from './telemetry-intake.ts'

const evaluatedMax = 1_000
const savingsMax = 10_000
const replayStepMsMin = 30_000

/** Joins the rooms; what runs by itself is the engine. */
export function createPlacements(deps: PlacementDeps, config: PlacementConfig): Placements {
  const engine = new DecisionEngine(deps, config)
  const { clock, repository } = deps
  const ledger = (tenant: TenantId) => engine.ledger(tenant)
  const decisionOf = async (tenant: TenantId, id: string): Promise<Decision> => {
    const found = await repository.decision(tenant, id)
    if (!found) throw new Fault('NOT_FOUND', `There is no decision ${id}.`)
    return found
  }
  const said = async (
    tenant: TenantId,
    service: string,
    where: { provider: string; region: string | null; instance: string | null },
    source: 'API' | 'DEPLOYMENT',
    atMs: number,
  ) => {
    const placement = saidPlacement(service, where, source, atMs)
    await engine.place(ledger(tenant), placement)
    return placement
  }
  return {
    start: () => engine.start(),
    stop: () => engine.stop(),
    tell: (tenant, body, source) => engine.intake.tell(ledger(tenant), body, source),
    telemetry(tenant, services) {
      const { book } = ledger(tenant)
      const nowMs = clock.now()
      const wanted = services.length > 0 ? services : [...book.services.keys()].sort()
      const problem = engine.intake.fileProblem
      return {
        readings: book.readings(nowMs, services),
        placements: wanted.flatMap((service) => book.placement(service) ?? []),
        at: isoTime(nowMs),
        notices: [
          ...(problem === '' ? [] : [`placement.telemetry_file: ${problem}`]),
          ...book.notices(nowMs),
        ],
      }
    },
    put: (tenant, service, where) => said(tenant, service, where, 'API', clock.now()),
    placed: async (tenant, service, where, atMs) =>
      void (await said(tenant, service, where, 'DEPLOYMENT', atMs)),
    overview: (tenant) =>
      overviewOf(
        ledger(tenant),
        repository,
        config,
        config.kill_switch ? 'set' : deps.killSwitch(tenant),
        clock.now(),
      ),
    decisions: (tenant, filter) => repository.decisions(tenant, filter),
    decision: decisionOf,
    async evaluate(tenant, { services, weights, whatIf }) {
      const own = weights ? replaySettings(config, weights, {}) : config
      const round = new DecisionRound(deps, own)
      const known = ledger(tenant)
      const context = await round.context(known, clock.now(), { whatIf, hypothetical: true })
      const decisions: Decision[] = []
      const wanted = (services.length > 0 ? services : [...known.book.services.keys()]).slice(0, evaluatedMax)
      await round.run(known, context, wanted, new Turn(clock), (verdict) =>
        decisions.push({ id: `hypothetical-${verdict.seed}`, ...verdict }),
      )
      return decisions
    },
    async propose(tenant, id, comment, actor) {
      const deployment_id = await engine.proposing.propose(
        ledger(tenant),
        await decisionOf(tenant, id),
        comment,
        actor,
      )
      return { deployment_id }
    },
    async drop(tenant, id, reason, actor) {
      return engine.proposing.drop(ledger(tenant), await decisionOf(tenant, id), reason, actor)
    },
    opportunities: (tenant) => opportunitiesOf(ledger(tenant)),
    calibration: async (tenant) => ledger(tenant).calibration,
    async savings(tenant, range) {
      const { decisions } = await repository.decisions(tenant, {
        ...{ ...range, services: [], actions: ['MOVE'], states: ['DONE', 'PROPOSED', 'REVERTED'] },
        ...{ limit: savingsMax, offset: 0 },
      })
      const savings = decisions.map(({ id, service, at, economics, outcome }) => ({
        ...{ decision_id: id, service, at, predicted_usd: economics?.saving_usd ?? null },
        ...{ realised_usd: outcome?.realised_usd ?? null, measured_until: outcome?.measured_until ?? null },
        right: outcome?.right ?? null,
      }))
      const known = savings.flatMap(({ realised_usd }) => realised_usd?.p50 ?? [])
      return {
        savings,
        realised_total_usd: known.length === 0 ? null : usd(known.reduce<number>((a, b) => a + b, 0)),
      }
    },
    replay: (tenant, ask) => replayPeriod(deps, config, tenant, ask),
    decideNow: (tenant) => engine.round(ledger(tenant)),
    measureNow: (tenant) => engine.measure(ledger(tenant)),
  }
}

/** A period of the own series, on a grid as fine as its length allows. */
async function replayPeriod(
  deps: PlacementDeps,
  config: PlacementConfig,
  tenant: TenantId,
  ask: ReplayRequest,
): Promise<ReplayAnswer> {
  const { startMs, endMs, services } = ask
  if (endMs <= startMs) throw new Fault('VALIDATION_FAILED', 'The end of a replay lies after its start.')
  const settings = replaySettings(config, ask.weights, ask.settings)
  const pairs = Math.max(4, 4 * services.length)
  const fits = Math.ceil((endMs - startMs) / (cellsMax / 10 / pairs))
  const stepMs = Math.max(replayStepMsMin, Math.ceil(fits / 30_000) * 30_000)
  const series = await deps.history(tenant, selectorOf(services), { startMs, endMs, stepMs })
  const builder = new TraceBuilder(startMs, endMs, stepMs)
  const turn = new Turn(deps.clock)
  for (const point of pointsOf(series)) {
    builder.add(point)
    if (turn.due()) await turn.give()
  }
  const trace = builder.trace()
  const played = await replay(trace, settings, turn)
  const moves = played.services.flatMap(({ service, courses, providers }) =>
    courses['this configuration'].moves.map(({ at, from, to }) => ({
      ...{ service, at: isoTime(startMs + at * stepMs), from: providers[from]!, to: providers[to]! },
    })),
  )
  const notices = [...played.notices]
  if (builder.left > 0)
    notices.push(`${builder.left} points had no room; name fewer services or a shorter period.`)
  const steps = durationMs(settings.interval) < stepMs ? [`Decided every ${stepMs / 1_000} s.`] : []
  return {
    ...{ courses: coursesOf(played), moves, samples: played.samples, coverage: played.coverage },
    notices: [...notices, ...steps],
  }
}
