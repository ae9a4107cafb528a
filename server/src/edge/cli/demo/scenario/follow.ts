import type { Decision } from '@aiops/contract/model/decision'
import { type Deployment, finalDeploymentStates } from '@aiops/contract/model/deployment'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { messageOf } from '../../../../kernel/fault.ts'
import type { DemoPlatform } from '../platform.ts'
import type { Reporter } from '../reporter.ts'
import type { ScenarioOptions } from './options.ts'
import { sinceOf, tellDecision, tellDeployment } from './tell.ts'
import type { Shock, World } from './world.ts'

export type Course = {
  options: ScenarioOptions
  platform: DemoPlatform
  report: Reporter
  world: World
  /** Whether something applies plans here; else the demo plays the pipeline that does. */
  hasEngine: boolean
  /** Services that ran where the trouble is when it began. */
  struck: ReadonlySet<string>
}
export type Found = {
  decisions: Decision[]
  deployments: Deployment[]
  incidents: IncidentDetail[]
}

const pollMs = 500
const anomaliesToldMax = 8
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Reads on until `done` answers, telling everything new; undefined where it does not in time. */
export async function followUntil<T>(
  course: Course,
  shock: Shock,
  withinMs: number,
  done: (found: Found) => T | undefined,
): Promise<T | undefined> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(pollMs)) {
    const found = await look(course, shock)
    for (const deployment of found.deployments) await help(course, deployment)
    const answer = done(found)
    if (answer !== undefined) return answer
  }
  return undefined
}

/** What there is since the trouble began. Deployments that began before are of another reason. */
async function look({ platform, report, struck }: Course, shock: Shock): Promise<Found> {
  const { client } = platform
  const start_time = new Date(shock.atMs).toISOString()
  const [anomalies, incidents, decisions, deployments] = await Promise.all([
    client.listAnomalies({ query: { start_time, page_size: 100 } }),
    client.listIncidents({ query: { start_time, limit: 20 } }),
    client.listDecisions({ query: { start: start_time, page_size: 50 } }),
    client.listDeployments({ query: { start: start_time, page_size: 20 } }),
  ])
  for (const [index, one] of anomalies.items.toReversed().entries())
    if (index < anomaliesToldMax)
      report.once(one.id, 'anomaly', `Anomaly: ${one.sentence}`, {
        ...{ entity: one.entity, severity: one.severity, series: one.series.name },
        since_seconds: sinceOf(one.detected_at, shock.atMs),
      })
  if (anomalies.items.length > anomaliesToldMax)
    report.once('more anomalies', 'anomaly', 'More anomalies follow; the incident has them all.', {})
  for (const { id, number, severity, title, created_at, status } of incidents.incidents)
    report.once(
      `${id} ${status}`,
      'incident',
      `INC-${number} ${severity} ${status.toLowerCase()}: ${title}`,
      {
        ...{ id, number, status, since_seconds: sinceOf(created_at, shock.atMs) },
      },
    )
  for (const decision of decisions.items.toReversed().filter(({ service }) => struck.has(service)))
    tellDecision(report, decision, shock.atMs)
  for (const deployment of deployments.items.toReversed()) tellDeployment(report, deployment, shock.atMs)
  const details = incidents.incidents.map(({ id }) => client.getIncident({ params: { id } }))
  return {
    decisions: decisions.items,
    deployments: deployments.items,
    incidents: await Promise.all(details),
  }
}

/** What a person, and a pipeline of one's own where nothing applies plans here, have to do for a deployment. */
async function help(course: Course, deployment: Deployment): Promise<void> {
  const { options, platform, report } = course
  const { id, state, head_sha, merged_sha, plan, branch } = deployment
  if (state === 'AWAITING_APPROVAL' && head_sha !== null) {
    const what = `${head_sha} ${plan?.sha256 ?? ''}`
    if (!options.approve)
      return report.once(
        `wait ${id}`,
        'waiting',
        `  it waits for a person: ${platform.url}/deployments/${id}, or begin again with --approve`,
        { id },
      )
    report.once(`ask ${id} ${what}`, 'person', '  a person looks at it and approves (here: --approve)', {
      id,
    })
    await platform.client
      .approveDeployment({
        params: { id },
        body: { head_sha, plan_sha256: plan?.sha256 ?? '', comment: 'approved by the demo' },
      })
      .catch((error: unknown) =>
        report.once(`no ${id} ${messageOf(error)}`, 'person', `  it was not taken: ${messageOf(error)}`, {
          id,
        }),
      )
  }
  if (state === 'MERGED' && plan === null && merged_sha !== null && !course.hasEngine) {
    const response = await fetch(`${platform.url}/cost/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ commit: merged_sha, branch, status: 'success', message: 'played by the demo' }),
      signal: AbortSignal.timeout(10_000),
    })
    report.once(
      `pipeline ${id}`,
      'pipeline',
      `  nothing applies plans here, so the demo plays the pipeline: POST /cost/deployments, ${response.status}`,
      { id, status: response.status },
    )
  }
}

export const isEnded = ({ state }: Deployment): boolean => finalDeploymentStates.includes(state)
