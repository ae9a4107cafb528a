import type { Deployment } from '@aiops/contract/model/deployment'
import { entityName } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { money } from '../../cost/money.ts'
import type { Reporter } from '../reporter.ts'
import { type Course, followUntil, isEnded } from './follow.ts'
import type { Places } from './repository.ts'
import type { Shock } from './world.ts'

/** After the trouble began: until something is proposed, a deployment has ended, an emergency is reviewed, and all is well once it has passed. */
const decidedWithinMs = 60_000
const endedWithinMs = 180_000
const reviewedWithinMs = 90_000
const resolvedWithinMs = 120_000
const readBackWithinMs = 15_000
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** From the first bad second to all being well again: 0 when a service was moved, kept and, where it was an emergency, reviewed. */
export async function course(begun: Omit<Course, 'struck'>, places: Places): Promise<number> {
  const { options, report, world } = begun
  const [provider = ''] = [...places.values()].map((place) => place.provider)
  const running = world.simulator.placements
  const struck = new Set([...running].flatMap(([service, at]) => (at === provider ? [service] : [])))
  const c: Course = { ...begun, struck }
  const shock = world.strike(options.scenario, provider)
  report('fault', `${sentenceOf(shock)} from now on; the platform is not told`, {
    ...{ scenario: options.scenario, provider: shock.provider, kind: shock.kind, factor: shock.factor },
  })
  const deployment = await followUntil(c, shock, endedWithinMs, ({ deployments, incidents }) => {
    if (deployments.length > 0)
      return deployments.every((one) => isEnded(one) || isStuck(c, one)) ? deployments.at(-1) : undefined
    return incidents.length > 0 && Date.now() - shock.atMs > decidedWithinMs ? null : undefined
  })
  if (!deployment) return notMoved(c)
  if (deployment.state !== 'KEPT')
    return end(
      report,
      1,
      `${deployment.service} was not moved: ${deployment.state}. ${deployment.failure ?? deployment.steps.at(-1)?.message ?? ''}`,
      {
        ...{ deployment: deployment.id, state: deployment.state },
      },
    )
  const isTold = await recovered(c, shock, deployment)
  await othersOf(c, deployment)
  const reviewed = deployment.emergency ? await review(c, shock, deployment) : true
  world.relent(shock)
  report('relent', `${shock.provider} is as usual again`, {})
  const incident = await followUntil(c, shock, resolvedWithinMs, ({ incidents }) =>
    incidents.length > 0 && incidents.every(({ status }) => status === 'RESOLVED' || status === 'CLOSED')
      ? incidents.at(-1)
      : undefined,
  )
  return conclude(c, shock, deployment, { isTold, reviewed, incident })
}

const sentenceOf = ({ kind, provider, factor }: Shock): string =>
  ({
    OUTAGE: `${provider} is out`,
    COST: `${provider} costs ${factor.toFixed(1)} times as much`,
    LATENCY: `${provider} takes ${factor.toFixed(1)} times as long`,
  })[kind]

/** It waits for somebody, and nobody is here who would. */
const isStuck = ({ options }: Course, { state }: Deployment): boolean =>
  state === 'AWAITING_APPROVAL' && !options.approve && !options.keep

/** Where nothing else is better, staying is right; all else is told as it stands. */
async function notMoved({ platform, report, struck }: Course): Promise<number> {
  const { decisions } = await platform.client.decideNow({ body: { services: [...struck] } })
  for (const { service, explanation } of decisions)
    report('stayed', `Not moved: ${explanation}`, { service, explanation })
  const isRight = decisions.length > 0 && decisions.every(({ state }) => state === 'STAYING')
  return isRight
    ? end(report, 0, 'Nothing was moved, for nowhere else is better; try another --seed.', { moved: false })
    : end(report, 1, 'No deployment came to an end in time.', { moved: false })
}

/** Where it runs now is told of, and well. */
async function recovered(c: Course, shock: Shock, { service, verification }: Deployment): Promise<boolean> {
  const deadline = Date.now() + readBackWithinMs
  for (; Date.now() < deadline; await sleep(500)) {
    const { placements, readings } = await c.platform.client.listProviderTelemetry({
      query: { service: [service] },
    })
    const place = placements.find((one) => one.service === service)
    const reading = readings.find((one) => one.provider === place?.provider)
    if (!place || !reading || reading.stale || place.provider === shock.provider) continue
    c.report(
      'recovered',
      `${service} runs at ${place.provider} (${place.source.toLowerCase()}): $${reading.cost_hourly_usd?.toFixed(2)}/h, ${Math.round(reading.latency_ms ?? Number.NaN)} ms, told ${reading.age_seconds.toFixed(1)} s ago`,
      {
        ...{ service, placement: place, reading, verification },
        since_seconds: (Date.now() - shock.atMs) / 1_000,
      },
    )
    return true
  }
  c.report('recovered', `Nothing is told of ${service} where it should run now.`, { service })
  return false
}

/** Why the others that ran there stayed. */
async function othersOf({ platform, report, struck }: Course, { service }: Deployment): Promise<void> {
  const services = [...struck].filter((one) => one !== service)
  if (services.length === 0) return
  const { decisions } = await platform.client.decideNow({ body: { services } })
  for (const one of decisions)
    report('stayed', `Not moved: ${one.explanation}`, { service: one.service, options: one.options })
}

/** The platform's own review of the emergency, and with --approve a person's of the override. */
async function review(c: Course, shock: Shock, deployment: Deployment): Promise<boolean> {
  const found = await followUntil(c, shock, reviewedWithinMs, ({ decisions }) => {
    const decision = decisions.find(({ id }) => id === deployment.decision_id)
    return decision?.review
  })
  if (!found) {
    c.report('review', 'The emergency was not reviewed in time.', {})
    return false
  }
  c.report('review', `Reviewed: ${found.finding}`, { ...found })
  for (const { setting, from, to, why } of found.thresholds)
    c.report('threshold', `  proposed: ${setting} from ${from} to ${to}, ${why}`, { setting, from, to, why })
  if (found.thresholds.length === 0) c.report('threshold', '  no change of a threshold is proposed', {})
  c.report('runbook', `  for the runbook: ${found.runbook.split('\n').join(' | ')}`, { text: found.runbook })
  if (c.options.approve) {
    await c.platform.client.reviewOverride({
      params: { id: deployment.id },
      body: { right: found.right ?? false, comment: found.finding },
    })
    c.report('review', '  a person has looked at the override (here: --approve)', {})
  }
  return found.right !== false
}

async function conclude(
  c: Course,
  shock: Shock,
  deployment: Deployment,
  seen: { isTold: boolean; reviewed: boolean; incident: IncidentDetail | undefined },
): Promise<number> {
  const { client, url } = c.platform
  const { merge_request: request } = deployment
  const decision = await client.getDecision({ params: { id: deployment.decision_id ?? '' } })
  const { incidents } = await client.listIncidents({
    query: { start_time: new Date(shock.atMs).toISOString(), limit: 20 },
  })
  const incident = incidents.findLast(({ affected_entities }) =>
    affected_entities.some((entity) => entityName(entity) === deployment.service),
  )
  const realised = decision.outcome?.realised_usd
  const calibration =
    decision.calibration.hit_rate === null
      ? `not yet calibrated (${decision.calibration.outcomes} outcomes)`
      : `such confidences were right ${Math.round(100 * decision.calibration.hit_rate)} % of the time`
  const saved = realised
    ? `realised so far ${money(realised.p50)} (${money(realised.p10)} to ${money(realised.p90)}), migration paid`
    : 'nothing realised can be told yet'
  const kept = deployment.steps.find(({ state }) => state === 'KEPT')
  const tookSeconds = kept ? (Date.parse(kept.at) - shock.atMs) / 1_000 : null
  c.report('outcome', `${saved}; the confidence is ${calibration}`, { outcome: decision.outcome })
  for (const [what, address] of [
    ['Incident', incident ? `${url}/incidents/${incident.number}` : 'none was opened'],
    ['Deployment', `${url}/deployments/${deployment.id}`],
    ['Merge request', request ? `${url}${new URL(request.url).pathname}` : 'none'],
  ] as const)
    c.report('address', `${what}: ${address}`, { what, address })
  const problems = [
    ...(incident ? [] : ['no incident was opened']),
    ...(seen.isTold ? [] : ['nothing is told of it where it should run now']),
    ...(seen.incident ? [] : ['the incident is not resolved']),
    ...(seen.reviewed ? [] : ['the review did not come, or says that it was wrong']),
  ]
  const way = deployment.emergency
    ? `by the emergency path (${decision.signals.length} signals)`
    : 'by the ordinary path, for it was no emergency'
  return end(
    c.report,
    problems.length === 0 ? 0 : 1,
    `${decision.service} was moved from ${decision.from} to ${decision.to} ${way}, kept ${tookSeconds?.toFixed(1)} s after it began${problems.length > 0 ? `; but ${problems.join(', ')}` : ''}.`,
    {
      ...{ service: decision.service, from: decision.from, to: decision.to, kept_seconds: tookSeconds },
      ...{ emergency: deployment.emergency, incident: incident?.number ?? null, deployment: deployment.id },
      ...{ merge_request: deployment.merge_request?.url ?? null, problems },
    },
  )
}

export function end(
  report: Reporter,
  code: number,
  sentence: string,
  fields: Record<string, unknown>,
): number {
  report('end', sentence, { ...fields, ok: code === 0 })
  return code
}
