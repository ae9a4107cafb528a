import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { engineProgram, findEngine, integration } from '../integration/real-server.ts'
import { type GitopsRig, keyOf, openGitopsRig, variables } from './gitops.ts'
import { runCli } from './run-cli.ts'

const cheap = { aws: { cost: 2, latency: 80 }, alibaba: { cost: 0.4, latency: 80 } }
const rulesOf = (found: { policy: { rules: { name: string; overridden: boolean }[] } | null }) =>
  found.policy?.rules.map(({ name }) => name) ?? []

const engine = findEngine()

integration('a change through Git, by the real program with a real engine', [engineProgram], () => {
  let rig: GitopsRig
  beforeAll(async () => {
    rig = await openGitopsRig({
      engine: engine ?? '',
      gitops: { emergency_review: '8s' },
      policy: 'extends: default\nlimits: { moves_per_hour_max: 100 }\n',
      settings: ['placement.emergency.review_after=25s', 'placement.outcome.interval=1s'],
    })
    await rig.tell(
      { orders: cheap, reports: cheap, mail: cheap },
      { orders: 'aws', reports: 'aws', mail: 'aws' },
    )
  }, 120_000)
  afterAll(() => rig?.close())

  it('a decision is proposed, planned, judged, approved by another, merged, applied, watched, kept, and taken back', {
    timeout: 120_000,
  }, async () => {
    const decision = await rig.decides('orders', ({ action, to }) => action === 'MOVE' && to === 'alibaba')
    const id = await rig.propose(decision.id)
    expect(await rig.propose(decision.id).catch(({ code }) => code)).toBe('CONFLICT')
    const waiting = await rig.reaches(id, 'AWAITING_APPROVAL')
    expect(waiting).toMatchObject({ author: 'aiops-bot', decision_id: decision.id, emergency: false })
    expect(waiting.plan?.summary).toMatchObject({ updates: 1, replaces: 0, deletes: 0 })
    expect(rulesOf(waiting)).toContain('uncalibrated')
    expect(rulesOf(waiting)).not.toContain('incident-open')
    expect(rulesOf(waiting)).not.toContain('stale-prices')
    const seen = { head_sha: waiting.head_sha ?? '', plan_sha256: waiting.plan?.sha256 ?? '', comment: null }
    const refused = rig.as('dev').approveDeployment({ params: { id }, body: seen })
    await expect(refused).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    const number = waiting.merge_request?.number ?? 0
    const request = await rig.as('dev').getMergeRequest({ params: { project: 'infra', number } })
    expect(request.notes.map(({ text }) => text).join()).toContain('uncalibrated')

    await rig.approve(id)
    const kept = await rig.reaches(id, 'KEPT')
    expect(kept.approvals).toMatchObject([{ by: 'appr', via: 'API', plan_sha256: kept.plan?.sha256 }])
    expect(await rig.variables()).toBe(variables.replace('"aws" # cheap', '"alibaba" # cheap'))
    const { placements } = await rig.as('dev').listProviderTelemetry({ query: { service: ['orders'] } })
    expect(placements).toMatchObject([{ provider: 'alibaba', source: 'DEPLOYMENT' }])
    const done = await rig.as('dev').getDecision({ params: { id: decision.id } })
    expect(done).toMatchObject({ state: 'DONE', deployment_id: id })

    const ran = await runCli(rig.url(), [
      ...['gitops', 'revert', id, '--reason', 'a look at what it was', '--token', keyOf('dev')],
    ])
    expect(ran).toMatchObject({ code: 0 })
    const reverting = await rig.reaches(id, ['REVERTING', 'REVERTED'])
    const undoing = reverting.reverted_by ?? ''
    await vi.waitFor(() => rig.see(undoing), { timeout: 20_000 })
    expect((await rig.reaches(undoing, ['AWAITING_APPROVAL', 'KEPT'])).reverts).toBe(id)
    if ((await rig.see(undoing)).state === 'AWAITING_APPROVAL') await rig.approve(undoing)
    await rig.reaches(id, 'REVERTED')
    expect(await rig.variables()).toBe(variables)
  })

  it('an approval in the merge request of the local forge goes on at once, and a comment plans again', {
    timeout: 120_000,
  }, async () => {
    const id = await rig.change('mail', 'alibaba')
    const waiting = await rig.reaches(id, 'AWAITING_APPROVAL')
    const at = { project: 'infra', number: waiting.merge_request?.number ?? 0 }
    await rig.as('dev').addMergeRequestNote({ params: at, body: { text: 'aiops plan' } })
    await vi.waitFor(
      async () => {
        const { steps } = await rig.see(id)
        expect(steps.filter(({ message }) => message.startsWith('Planned'))).toHaveLength(2)
        expect(steps).toContainEqual(
          expect.objectContaining({ actor: 'dev', message: expect.stringContaining('Plan again') }),
        )
      },
      { timeout: 30_000 },
    )
    const { head_sha } = await rig.reaches(id, 'AWAITING_APPROVAL')
    await rig.as('appr').approveMergeRequest({ params: at, body: { head_sha: head_sha ?? '' } })
    const kept = await rig.reaches(id, 'KEPT')
    expect(kept.approvals).toMatchObject([{ by: 'appr', via: 'FORGE' }])
  })

  it('an emergency: a provider falls silent and another sender alerts; it moves by its override and is reviewed', {
    timeout: 180_000,
  }, async () => {
    const told = setInterval(() => {
      rig
        .tell({ reports: { alibaba: cheap.alibaba }, mail: { alibaba: cheap.alibaba } })
        .catch(() => undefined)
    }, 1_000)
    try {
      await rig.tell({ reports: { aws: { ...cheap.aws, agoMs: 1 } } })
      const posted = await fetch(`${rig.url()}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${keyOf('ops')}` },
        body: JSON.stringify([
          {
            labels: { alertname: 'ReportsDown', severity: 'critical', service: 'reports' },
            annotations: { summary: 'No report since 5 minutes.' },
          },
        ]),
      })
      expect(posted.ok).toBe(true)
      const decision = await vi.waitFor(
        async () => {
          const { items } = await rig.as('dev').listDecisions({ query: { service: ['reports'] } })
          const found = items.find(({ emergency }) => emergency)
          if (!found) throw new Error(`no emergency: ${JSON.stringify(items[0]?.tests)}`)
          return found
        },
        { timeout: 100_000, interval: 500 },
      )
      expect(decision).toMatchObject({ action: 'MOVE', to: 'alibaba' })
      const id = await rig.propose(decision.id)
      const kept = await rig.reaches(id, 'KEPT')
      expect(kept.emergency).toBe(true)
      expect(kept.override?.signals.some((signal) => signal.startsWith('alert:'))).toBe(true)
      expect(kept.policy?.rules).toContainEqual(
        expect.objectContaining({ name: 'uncalibrated', overridden: true }),
      )
      expect(rulesOf(kept)).not.toContain('incident-open')
      expect(kept.approvals).toMatchObject([{ via: 'POLICY' }])
      expect(await rig.variables()).toContain('reports_provider = "alibaba"')

      // Nobody has looked at it: an alert says so, once.
      await vi.waitFor(
        async () => {
          const { alerts } = await rig.as('dev').listAlerts({ query: {} })
          expect(alerts.map(({ name }) => name)).toContain('EmergencyOverrideNotReviewed')
        },
        { timeout: 30_000, interval: 500 },
      )
      const found = await vi.waitFor(
        async () => {
          const { review } = await rig.see(id)
          if (!review) throw new Error('not reviewed by the platform yet')
          return review
        },
        { timeout: 60_000, interval: 500 },
      )
      expect(found.runbook).toContain('## reports: trouble at aws')
      expect(found.finding).toContain('It ran at alibaba')
      const body = { right: true, comment: 'It was out for an hour; the probe stays.' }
      const done = await rig.as('boss').reviewOverride({ params: { id }, body })
      expect(done.override?.reviewed_by).toBe('boss')
      await expect(rig.as('appr').reviewOverride({ params: { id }, body })).rejects.toMatchObject({
        code: 'CONFLICT',
      })
    } finally {
      clearInterval(told)
    }
  })

  it('an open incident of the service is seen by the policy', {
    timeout: 120_000,
  }, async () => {
    await rig.tell({ mail: cheap })
    const labels = { alertname: 'MailQueueFull', severity: 'critical', service: 'mail' }
    const alert = { name: 'MailQueueFull', severity: 'critical', status: 'FIRING' as const, labels }
    await rig
      .as('ops')
      .ingestAlerts({ body: { source: 'probe', alerts: [{ ...alert, message: 'The queue is full.' }] } })
    await vi.waitFor(
      async () => {
        const { incidents } = await rig.as('dev').listIncidents({ query: {} })
        expect(incidents.flatMap(({ affected_entities }) => affected_entities)).toContain('service/mail')
      },
      { timeout: 30_000 },
    )
    const id = await rig.change('mail', 'aws')
    const waiting = await rig.reaches(id, 'AWAITING_APPROVAL')
    expect(waiting.plan?.cost.known_hourly_delta_usd).toBeCloseTo(1.6)
    expect(rulesOf(waiting)).toEqual(expect.arrayContaining(['incident-open', 'no-decision']))
    await rig.as('dev').closeDeployment({ params: { id }, body: { reason: 'only looked' } })
    await rig.reaches(id, 'CLOSED')
  })
})

describe('a change through Git, by the real program without an engine', () => {
  let rig: GitopsRig
  beforeAll(async () => {
    rig = await openGitopsRig({ engine: 'none', settings: ['cost.prices.stale_after=1h'] })
    await rig.tell({ orders: cheap }, { orders: 'aws' })
  }, 120_000)
  afterAll(() => rig?.close())

  it('waits for a person, says that prices are too old, and is kept by what the pipeline says', {
    timeout: 120_000,
  }, async () => {
    const timestamp = new Date().toISOString()
    const container = { namespace: 'shop', pod: 'web-1', container: 'main', node: 'n1' }
    const requests = 'kube_pod_container_resource_requests'
    const seriesOf = (name: string, labels: Record<string, string>, value: number) => ({
      ...{ name, labels, value, timestamp },
    })
    const written = await fetch(`${rig.url()}/api/v1/metrics/write`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${keyOf('ops')}` },
      body: JSON.stringify({
        metrics: [
          seriesOf(requests, { ...container, resource: 'cpu', unit: 'core' }, 1),
          seriesOf(requests, { ...container, resource: 'memory', unit: 'byte' }, 2 ** 30),
          seriesOf('kube_pod_info', { namespace: 'shop', pod: 'web-1', node: 'n1' }, 1),
          seriesOf('kube_node_status_capacity', { node: 'n1', resource: 'cpu', unit: 'core' }, 8),
          seriesOf('kube_node_status_capacity', { node: 'n1', resource: 'memory', unit: 'byte' }, 2 ** 35),
        ],
      }),
    })
    expect(written.ok, await written.clone().text()).toBe(true)
    const decision = await rig.decides('orders', ({ action }) => action === 'MOVE')
    await vi.waitFor(
      async () => {
        const { decisions } = await rig.as('dev').decideNow({ body: { services: ['orders'], what_if: [] } })
        const fresh = decisions[0]?.tests.find(({ name }) => name === 'FRESH_PRICES')
        expect(fresh).toMatchObject({ passed: false, detail: expect.stringContaining('too old') })
      },
      { timeout: 60_000, interval: 1_000 },
    )
    const id = await rig.propose(decision.id)
    const waiting = await rig.reaches(id, 'AWAITING_APPROVAL')
    expect(waiting.plan).toBeNull()
    expect(waiting.no_plan_reason).toContain('No plan was run')
    expect(rulesOf(waiting)).toEqual(expect.arrayContaining(['no-plan', 'stale-prices']))
    await rig.approve(id)
    const merged = await vi.waitFor(
      async () => {
        const found = await rig.see(id)
        expect(found.steps.at(-1)?.message).toContain('waits for your pipeline')
        return found
      },
      { timeout: 30_000 },
    )
    expect(await rig.variables()).toContain('"alibaba" # cheap')
    const told = await rig.as('dev').tellDeployment({
      body: { branch: merged.branch ?? '', status: 'SUCCESS', message: 'job 12' },
    })
    expect(told.deployment_id).toBe(id)
    await rig.reaches(id, 'KEPT')
  })
})
