import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Alert } from '@aiops/contract/model/alert'
import { afterEach, expect, test } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { isoTime } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { openRig, type Rig, readingOf } from './placement-rig.suite.ts'

const minute = 60_000
const open: Rig[] = []
afterEach(async () => {
  for (const rig of open.splice(0)) {
    await rig.placements.stop()
    await rig.records.close()
  }
})
const adapters = {
  records: openSqliteRecordStore,
  bus: () => createMemoryBus({ log: silentLog, metrics: createMetrics() }),
}
/** One that the test ends by itself. */
const openOne = (settings: Record<string, unknown>): Promise<Rig> =>
  openRig(adapters, join(mkdtempSync(join(tmpdir(), 'aiops-placement-')), 'records.db'), settings)
async function rigOf(settings: Record<string, unknown>): Promise<Rig> {
  const rig = await openOne(settings)
  open.push(rig)
  return rig
}
async function again(before: Rig, settings: Record<string, unknown>): Promise<Rig> {
  const rig = await openRig(adapters, before.path, settings, before.clock, before.samples)
  open.push(rig)
  return rig
}

/** Tells of both providers once a minute; a provider without a cost is not told of. */
async function tell(
  rig: Rig,
  minutes: number,
  costs: { aws?: number; alibaba?: number },
  more: { place?: string; decide?: boolean } = {},
): Promise<void> {
  for (let at = 0; at < minutes; at += 1) {
    const readings = Object.entries(costs).map(([provider, cost]) => {
      const { source: _, ...reading } = readingOf(provider, {
        cost: cost * (1 + 0.01 * Math.sin(at)),
        at: isoTime(rig.clock.now()),
      })
      return reading
    })
    const placements = more.place && at === 0 ? [{ service: 'cart', provider: more.place }] : []
    await rig.placements.tell('default', { source: 'sim', readings, placements }, 'api')
    if (more.decide) await rig.placements.decideNow('default')
    await rig.clock.advance(minute)
  }
}
const made = (rig: Rig) => rig.decisions.map(({ state, to }) => `${state} ${to}`)

test('a price book is asked once a round for where data leaves from, and only for services that have data to carry over', async () => {
  const rig = await rigOf({
    interval: '1h',
    services: [{ service: 'cart', rules: { egress_gib: 10 } }],
  })
  rig.world.egress = { gibUsd: 0.05, source: 'price book aws-list of 2026-11-01' }
  await tell(rig, 50, { aws: 1, alibaba: 0.4 }, { place: 'aws' })
  const [decided] = await rig.placements.evaluate('default', { services: ['cart'], whatIf: [] })
  expect(decided?.economics?.migration_parts[0]).toMatchObject({
    source: 'price book aws-list of 2026-11-01',
  })
  expect(decided?.economics?.migration_parts[0]?.usd).toBeCloseTo(0.5, 9)
  expect(rig.world.egressAsked).toEqual(['aws eu-1'])
  const other = await rigOf({ interval: '1h' })
  await tell(other, 5, { aws: 1, alibaba: 0.4 }, { place: 'aws' })
  await other.placements.evaluate('default', { services: ['cart'], whatIf: [] })
  expect(other.world.egressAsked).toEqual([])
})

test('a better place is recommended once, and not again in every round', async () => {
  const rig = await rigOf({ interval: '1h' })
  await tell(rig, 90, { aws: 1, alibaba: 0.4 }, { place: 'aws', decide: true })
  expect(made(rig).filter((one) => one === 'RECOMMENDED alibaba')).toHaveLength(1)
  const { decisions } = await rig.placements.decisions('default', {
    startMs: 0,
    endMs: 9e15,
    services: [],
    actions: [],
    states: [],
    limit: 50,
    offset: 0,
  })
  expect(decisions[0]).toMatchObject({ state: 'RECOMMENDED', to: 'alibaba', hypothetical: false })
  expect(rig.proposals).toEqual([])
  expect(rig.placements.opportunities('default')[0]).toMatchObject({
    action: 'MOVE',
    subject: 'service/cart',
  })
  expect(await rig.metrics.render()).toMatch(/aiops_placement_repeated_total [1-9]/)
})

test('money counts each service once, where it runs, by the hour, and months are 730 hours', async () => {
  const rig = await rigOf({ mode: 'OFF' })
  await tell(rig, 1, { aws: 2, alibaba: 1 }, { place: 'aws' })
  const { spend } = await rig.placements.overview('default')
  expect(spend).toMatchObject({
    current_hourly_usd: 2,
    monthly_usd: 1_460,
    by_provider: [{ provider: 'aws', services: 1, hourly_usd: 2 }],
  })
  expect((await rig.placements.overview('other')).spend).toMatchObject({
    current_hourly_usd: null,
    monthly_usd: null,
  })
})

test('when a service is seen where it was to go, the decision is done, nothing is repeated, and what was saved is measured', async () => {
  const rig = await rigOf({ interval: '1h' })
  await tell(rig, 90, { aws: 1, alibaba: 0.4 }, { place: 'aws', decide: true })
  await tell(rig, 1, { aws: 1, alibaba: 0.4 }, { place: 'alibaba' })
  const id = rig.decisions.at(-1)!.id
  expect(await rig.placements.decision('default', id)).toMatchObject({ state: 'DONE' })
  const before = made(rig).length
  await tell(rig, 120, { aws: 1, alibaba: 0.4 }, { decide: true })
  expect(
    made(rig)
      .slice(before)
      .filter((one) => !one.startsWith('DONE')),
  ).toEqual([])
  await rig.placements.measureNow('default')
  const { outcome } = await rig.placements.decision('default', id)
  // Two hours at $0.60/h, less 15 minutes of both sides at $0.40/h.
  expect(outcome?.realised_usd.p50).toBeGreaterThan(0.9)
  expect(outcome?.realised_usd.p50).toBeLessThan(1.3)
  expect(outcome).toMatchObject({ right: true })
  const savings = await rig.placements.savings('default', { startMs: 0, endMs: 9e15 })
  expect(savings.realised_total_usd).toBeCloseTo(outcome!.realised_usd.p50, 9)
  expect(await rig.placements.calibration('default')).toMatchObject({ outcomes: 1, calibrated: false })
})

test('by itself it decides every interval and measures what came of moves, also where both fall due at once', async () => {
  const rig = await rigOf({ interval: '5m', outcome: { interval: '5m' } })
  await tell(rig, 90, { aws: 1, alibaba: 0.4 }, { place: 'aws' })
  expect(made(rig)).toContain('RECOMMENDED alibaba')
  await tell(rig, 30, { aws: 1, alibaba: 0.4 }, { place: 'alibaba' })
  await rig.placements.stop()
  const savings = await rig.placements.savings('default', { startMs: 0, endMs: 9e15 })
  expect(savings.savings[0]?.realised_usd).not.toBeNull()
  const { engine } = await rig.placements.overview('default')
  expect(engine.last_run).not.toBeNull()
})

test('killed while it proposes, the next start asks for the same deployment and for no second one', async () => {
  const rig = await openOne({ interval: '1h' })
  await tell(rig, 90, { aws: 1, alibaba: 0.4 }, { place: 'aws', decide: true })
  const { id } = rig.decisions.find(({ state }) => state === 'RECOMMENDED')!
  // The process ends while the answer is on its way: nothing after it is written.
  rig.world.proposing = () => new Promise(() => {})
  void rig.placements.propose('default', id, '', 'ann')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(rig.proposals).toHaveLength(1)
  const next = await again(rig, { interval: '1h', mode: 'PROPOSE' })
  expect(next.proposals.map(({ decisionId }) => decisionId)).toEqual([id])
  expect(await next.placements.decision('default', id)).toMatchObject({
    state: 'PROPOSED',
    deployment_id: `deployment-${id}`,
  })
  await tell(next, 90, { aws: 1, alibaba: 0.4 }, { decide: true })
  expect(next.proposals).toHaveLength(1)
  await rig.records.close()
})

test('after a restart the history is that of the series, so that the first round decides as the last one did', async () => {
  const rig = await openOne({ interval: '50h' })
  await tell(rig, 90, { aws: 1, alibaba: 0.4 }, { place: 'aws', decide: true })
  const last = rig.decisions.at(-1)!
  await rig.placements.stop()
  await rig.records.close()
  const next = await again(rig, { interval: '50h' })
  await tell(next, 1, { aws: 1, alibaba: 0.4 })
  const [now] = await next.placements.evaluate('default', { services: ['cart'], whatIf: [] })
  expect(now).toMatchObject({ state: last.state, to: last.to, from: 'aws' })
  expect(now?.confidence).toBeGreaterThan(0.9)
  await next.placements.decideNow('default')
  expect(next.decisions).toEqual([])
})

test('a decision is taken further by one person only, and one that the forge refuses stands as it was', async () => {
  const rig = await rigOf({ interval: '1h' })
  await tell(rig, 90, { aws: 1, alibaba: 0.4 }, { place: 'aws', decide: true })
  const { id } = rig.decisions.find(({ state }) => state === 'RECOMMENDED')!
  rig.world.proposing = async () => {
    throw new Error('no repository')
  }
  await expect(rig.placements.propose('default', id, '', 'ann')).rejects.toThrow('no repository')
  expect(await rig.placements.decision('default', id)).toMatchObject({ state: 'RECOMMENDED' })
  rig.world.killSwitch = 'set by bob'
  await expect(rig.placements.propose('default', id, '', 'ann')).rejects.toThrow(
    'Nothing is proposed: set by bob.',
  )
  rig.world.killSwitch = null
  rig.world.proposing = async () => {}
  const both = await Promise.allSettled([
    rig.placements.propose('default', id, 'go', 'ann'),
    rig.placements.drop('default', id, 'no', 'bob'),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(rig.placements.decision('other', id)).rejects.toThrow('There is no decision')
})

test('a no holds until the cooldown is over', async () => {
  const rig = await rigOf({ interval: '5h', cooldown: '2h' })
  await tell(rig, 90, { aws: 1, alibaba: 0.4 }, { place: 'aws', decide: true })
  const { id } = rig.decisions.find(({ state }) => state === 'RECOMMENDED')!
  expect(await rig.placements.drop('default', id, 'freeze', 'ann')).toMatchObject({ state: 'DROPPED' })
  const before = rig.decisions.length
  await tell(rig, 110, { aws: 1, alibaba: 0.4 }, { decide: true })
  expect(rig.decisions.length).toBe(before)
  await tell(rig, 15, { aws: 1, alibaba: 0.4 }, { decide: true })
  expect(made(rig).slice(before)).toContain('RECOMMENDED alibaba')
})

test('what if prices had changed is answered and not kept', async () => {
  const rig = await rigOf({ interval: '5h' })
  await tell(rig, 90, { aws: 1, alibaba: 0.98 }, { place: 'aws' })
  const asIf = { provider: 'alibaba', cost_percent: -60, latency_percent: 0, outage: false }
  const [decision] = await rig.placements.evaluate('default', { services: ['cart'], whatIf: [asIf] })
  expect(decision).toMatchObject({ hypothetical: true, to: 'alibaba', action: 'MOVE' })
  expect(decision?.options.find(({ provider }) => provider === 'alibaba')?.reading.source).toBe(
    'sim, what if',
  )
  expect(rig.decisions).toEqual([])
  const [out] = await rig.placements.evaluate('default', {
    services: ['cart'],
    whatIf: [{ ...asIf, cost_percent: 0, provider: 'aws', outage: true }],
  })
  expect(out?.options.find(({ provider }) => provider === 'aws')?.excluded).toContain('it is out')
})

test('a period is replayed from the series that were told', async () => {
  const rig = await rigOf({ interval: '50h' })
  const startMs = rig.clock.now()
  await tell(rig, 240, { aws: 1, alibaba: 0.4 }, { place: 'aws' })
  const answer = await rig.placements.replay('default', {
    startMs,
    endMs: rig.clock.now(),
    services: [],
    settings: {},
  })
  const bill = (name: string) => answer.courses.find((one) => one.name === name)!.bill_usd
  expect(bill('never move')).toBeCloseTo(4, 0)
  expect(bill('hindsight')).toBeLessThan(2)
  expect(bill('this configuration')).toBeLessThan(bill('never move'))
  expect(answer.moves).toMatchObject([{ service: 'cart', from: 'aws', to: 'alibaba' }])
  expect(answer.coverage).toBeGreaterThan(0.9)
})

const alertOf = (rig: Rig, id: string): Alert => ({
  ...{
    id,
    tenant_id: 'default',
    fingerprint: id,
    source: 'blackbox',
    name: 'ProbeFailed',
    severity: 'CRITICAL',
    status: 'FIRING',
  },
  ...{
    message: '',
    labels: { service: 'cart' },
    annotations: {},
    entity: 'service/cart',
    starts_at: isoTime(rig.clock.now()),
  },
  ...{ ends_at: null, received_at: isoTime(rig.clock.now()), incident_id: null },
})
const fire = (rig: Rig, id: string): void =>
  rig.bus.publish('events', {
    ...{
      event_id: id,
      event_type: 'ALERT_FIRED',
      source: 'test',
      tenant_id: 'default',
      timestamp: isoTime(rig.clock.now()),
    },
    payload: alertOf(rig, id),
  })

test('an outage that telemetry and a probe agree on moves a service at once, once for its incident, and is reviewed', async () => {
  const rig = await rigOf({ interval: '50h', mode: 'PROPOSE', outcome: { interval: '50h' } })
  await tell(rig, 60, { aws: 1, alibaba: 1.2 }, { place: 'aws', decide: true })
  rig.world.incidents.set('cart', [{ id: 'i1', name: 'INC-1' }])
  const before = rig.decisions.length
  for (let at = 0; at < 8; at += 1) await tell(rig, 1, { alibaba: 1.2 }, { decide: true })
  expect(rig.decisions.slice(before).filter(({ emergency }) => emergency)).toEqual([])
  fire(rig, 'alert-1')
  await rig.bus.idle()
  await rig.placements.decideNow('default')
  const urgent = rig.decisions.find(({ emergency }) => emergency)!
  expect(urgent).toMatchObject({ to: 'alibaba', from: 'aws' })
  expect(urgent.signals).toEqual(expect.arrayContaining(['alert:alert-1', 'incident:i1']))
  expect(rig.proposals).toMatchObject([{ emergency: true, decisionId: urgent.id }])
  await rig.placements.placed(
    'default',
    'cart',
    { provider: 'alibaba', region: null, instance: null },
    rig.clock.now(),
  )
  // Nothing is told of aws any more: without this its series would say for minutes that the service runs there too.
  const left = rig.samples.findLast(
    ({ labels }) => labels.__name__ === 'swen_service_placement' && labels.provider === 'aws',
  )
  expect(left).toMatchObject({ value: 0, timeMs: rig.clock.now() })
  await rig.placements.placed(
    'default',
    'cart',
    { provider: 'aws', region: null, instance: null },
    rig.clock.now() + 1,
  )
  for (let at = 0; at < 3; at += 1) await tell(rig, 1, { alibaba: 1.2 }, { decide: true })
  expect(rig.proposals).toHaveLength(1)
  await rig.clock.advance(61 * minute)
  await rig.placements.measureNow('default')
  expect((await rig.placements.decision('default', urgent.id)).review).toMatchObject({ right: true })
})

test('an emergency that nobody takes up expires and is not raised again for its incident', async () => {
  const rig = await rigOf({ interval: '50h', outcome: { interval: '50h' } })
  await tell(rig, 60, { aws: 1, alibaba: 1.2 }, { place: 'aws', decide: true })
  rig.world.incidents.set('cart', [{ id: 'i1', name: 'INC-1' }])
  for (let at = 0; at < 40; at += 1) {
    if (at % 5 === 0) fire(rig, `alert-${at}`)
    await rig.bus.idle()
    await tell(rig, 1, { alibaba: 1.2 }, { decide: true })
  }
  const urgent = rig.decisions.filter(({ emergency }) => emergency)
  expect(new Set(urgent.map(({ id }) => id)).size).toBe(1)
  expect(urgent.at(-1)).toMatchObject({ state: 'DROPPED' })
  expect(urgent.at(-1)?.explanation).toContain('it has expired')
})

test('the file is read again when it changes, and one that is broken is said and changes nothing', async () => {
  const rig = await rigOf({ interval: '50h', telemetry_file: 'latest_telemetry.json' })
  rig.world.file = JSON.stringify({
    service1: { current_provider: 'aws', aws: { cost: 1, timestamp: isoTime(rig.clock.now()) } },
  })
  await rig.placements.decideNow('default')
  expect(rig.placements.telemetry('default', []).readings).toMatchObject([
    { service: 'service1', source: 'file latest_telemetry.json' },
  ])
  rig.world.file = '{"service1": {'
  await rig.placements.decideNow('default')
  const now = rig.placements.telemetry('default', [])
  expect(now.readings).toHaveLength(1)
  expect(now.notices[0]).toContain('placement.telemetry_file')
  expect(rig.placements.telemetry('other', []).readings).toEqual([])
})
