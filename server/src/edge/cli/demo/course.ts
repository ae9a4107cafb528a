import { entityName } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import { messageOf } from '../../../kernel/fault.ts'
import { percent } from '../print.ts'
import type { DemoDeps, DemoOptions } from './options.ts'
import { type DemoPlatform, startPlatform } from './platform.ts'
import { createReporter, type Reporter } from './reporter.ts'
import { secretName, shopRunbook } from './runbook.ts'
import type { Shop } from './shop.ts'
import { follow, type RankedCause, ranked } from './watch.ts'

const secondMs = 1_000
/** After the fault: until an incident is found, until its causes have settled, until a runbook run has ended. */
const foundWithinMs = 120 * secondMs
const settleMs = 22 * secondMs
const endedWithinMs = 180 * secondMs

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

type Course = {
  options: DemoOptions
  platform: DemoPlatform
  shop: Shop
  report: Reporter
  expected: string
  /** Where a second fault is, if there is one. */
  second: string | undefined
}

/** 0 when an incident with causes was found, and, where asked for, its runbook ended as it should. */
export async function runDemo(deps: DemoDeps, options: DemoOptions): Promise<number> {
  const report = createReporter(Boolean(options.json))
  const stops: (() => Promise<void>)[] = []
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(130))
  })
  try {
    return await Promise.race([run(deps, options, report, stops), interrupted])
  } finally {
    for (const stop of stops.reverse())
      await stop().catch((error: unknown) => process.stderr.write(`aiops: ${messageOf(error)}\n`))
  }
}

async function run(
  deps: DemoDeps,
  options: DemoOptions,
  report: Reporter,
  stops: (() => Promise<void>)[],
): Promise<number> {
  const platform = await startPlatform(deps.mainPath, { port: options.port, settings: options.set })
  stops.push(platform.stop)
  report('ready', `The platform runs at ${platform.url}`, { url: platform.url, pid: platform.pid })
  const shop = await deps.startShop({
    otlp: platform.url,
    exportIntervalMs: options.exportInterval,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
  stops.push(() => shop.stop())
  platform.addSecret(secretName, shop.token)
  platform.addRunbook('restore-service', shopRunbook(shop))
  const nameOf = (role: string): string => shop.services.find((s) => s.role === role)?.name ?? role
  const expected = nameOf(options.fault.role)
  const second = options.and && nameOf(options.and.role)
  report(
    'shop',
    `A shop of ${shop.services.length} services is open: ${shop.services.map((s) => s.name).join(', ')}`,
    { services: shop.services.map((s) => s.name) },
  )
  report('baseline', `All is well for ${options.baseline} s, so that the platform learns what usual is`, {})
  await sleep(options.baseline * secondMs)
  return course({ options, platform, shop, report, expected, second })
}

async function course(c: Course): Promise<number> {
  const { kind, role } = c.options.fault
  const { and } = c.options
  await Promise.all([c.shop.fault(role, kind), ...(and ? [c.shop.fault(and.role, and.kind)] : [])])
  const brokenAt = Date.now()
  const both = and ? `${kind} in ${c.expected} and ${and.kind} in ${c.second} begin` : undefined
  c.report('fault', `${both ?? `${kind} in ${c.expected} begins`} now; the platform is not told`, {
    kind,
    service: c.expected,
  })
  const found = await follow(c.platform.client, c.report, brokenAt, { foundWithinMs, settleMs })
  if (!found) {
    c.report('end', `No incident with causes was found within ${foundWithinMs / secondMs} s.`, {
      found: false,
      expected: c.expected,
    })
    return 1
  }
  const repaired = c.options.approve ? await repair(c, found) : true
  await conclude(c, found, brokenAt)
  if (c.options.keep) {
    c.report('keep', 'Look at it in a browser; Ctrl-C ends the demo.', {})
    await new Promise(() => setInterval(() => undefined, 60 * secondMs))
  }
  return repaired ? 0 : 1
}

/** Approves the proposed runbook and follows it to its end; true when it ended as it should. */
async function repair(c: Course, incident: IncidentDetail): Promise<boolean> {
  const proposed = await until(10 * secondMs, async () =>
    (await latest(c, incident.id)).remediations.find((r) => r.status === 'PENDING_APPROVAL'),
  )
  if (!proposed) {
    c.report('runbook', 'No runbook was proposed.', {})
    return false
  }
  const target = entityName(proposed.entity)
  c.report('runbook', `Proposed: ${proposed.plan.map((step) => step.sentence).join('; ')}`, {
    id: proposed.id,
    service: target,
  })
  if (c.options.sabotage) {
    await c.shop.sabotage(c.shop.services.find((s) => s.name === target)?.role ?? c.options.fault.role)
    c.report('sabotage', `The runbook will do harm to ${target}; the platform is not told`, {})
  }
  await c.platform.client.approveRemediation({
    params: { id: proposed.id },
    body: { approved: true, comment: 'approved by the demo' },
  })
  c.report('approved', 'A person approves it (here: --approve)', {})
  const ended = await until(endedWithinMs, () => remediationEnd(c, incident.id, proposed.id))
  if (!ended) c.report('runbook', 'It did not come to an end in time.', {})
  else
    c.report('runbook', `${ended.runbook_name}: ${ended.status}${ended.error ? ` (${ended.error})` : ''}`, {
      status: ended.status,
    })
  const after = await latest(c, incident.id)
  if (!c.options.sabotage) return ended?.status === 'COMPLETED'
  if (after.escalation_level > 0)
    c.report('escalated', `The incident is escalated to level ${after.escalation_level}`, {
      level: after.escalation_level,
    })
  return ended?.status === 'ROLLED_BACK' && after.escalation_level > 0
}

const latest = (c: Course, id: string): Promise<IncidentDetail> =>
  c.platform.client.getIncident({ params: { id } })

async function remediationEnd(c: Course, incidentId: string, id: string): Promise<Remediation | undefined> {
  const remediation = (await latest(c, incidentId)).remediations.find((r) => r.id === id)
  for (const result of remediation?.step_results ?? []) {
    const sentence = result.error ?? result.output ?? ''
    c.report.once(
      `${result.phase}${result.order}${result.status}`,
      'step',
      `${result.phase.toLowerCase()}: ${result.name} ${result.status.toLowerCase()}${sentence ? ` (${sentence.slice(0, 200)})` : ''}`,
      { status: result.status },
    )
  }
  return remediation &&
    ['COMPLETED', 'FAILED', 'ROLLED_BACK', 'REJECTED', 'UNKNOWN_OUTCOME'].includes(remediation.status)
    ? remediation
    : undefined
}

async function conclude(c: Course, found: IncidentDetail, brokenAt: number): Promise<void> {
  const incident = await latest(c, found.id)
  const causes = ranked(found)
  const first = causes[0]
  const url = `${c.platform.url}/incidents/${incident.number}`
  const memoryBytes = c.platform.memoryBytes()
  c.report(
    'memory',
    `The platform's process holds ${memoryBytes === null ? 'an unknown amount' : `${Math.round(memoryBytes / 1_048_576)} MB`}`,
    { memory_bytes: memoryBytes },
  )
  c.report(
    'end',
    `First cause: ${first ? `${first.service} (${first.category}, ${percent(first.probability)})` : 'none'}. ${first?.service === c.expected ? 'That is where the fault was.' : `The fault was in ${c.expected}.`}`,
    {
      found: true,
      expected: c.expected,
      first: first?.service ?? null,
      correct: first?.service === c.expected || (c.second !== undefined && first?.service === c.second),
      ...(c.second === undefined ? {} : { second: c.second, ...(await bothOf(c, found, causes, brokenAt)) }),
      causes,
      incident: incident.number,
      url,
      status: incident.status,
      detected_seconds: (Date.parse(found.created_at) - brokenAt) / secondMs,
      memory_bytes: memoryBytes,
    },
  )
  if (!c.options.json) c.report('incident', `Incident: ${url}`, {})
}

/** Of two faults: whether both are among the first three of this incident, and whether each is there or the first of an incident of its own. */
async function bothOf(c: Course, found: IncidentDetail, causes: readonly RankedCause[], brokenAt: number) {
  const three = new Set(causes.slice(0, 3).map(({ service }) => service))
  const start_time = new Date(brokenAt - 5 * secondMs).toISOString()
  const { incidents } = await c.platform.client.listIncidents({ query: { start_time, limit: 20 } })
  const elsewhere = incidents.flatMap(({ id, cause }) =>
    id === found.id || !cause ? [] : [entityName(cause.entity)],
  )
  const wanted = [c.expected, c.second ?? c.expected]
  return {
    both_in_three: wanted.every((service) => three.has(service)),
    both_named: wanted.every((service) => three.has(service) || elsewhere.includes(service)),
  }
}

async function until<T>(limitMs: number, read: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(500)) {
    const value = await read()
    if (value !== undefined) return value
  }
  return undefined
}
