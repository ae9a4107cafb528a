import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { step } from '../core/correlate-core.ts'
import { alertAt, exampleCore, resolvedAt, t0 } from '../core/example.suite.ts'
import type { Group } from '../core/group.ts'
import { incidentOf } from '../core/incident-of.ts'
import { placed } from '../core/link.ts'
import { rankOf, signalOfAlert } from '../core/signal.ts'
import type { Core, Output } from '../core/turn.ts'
import { acts, alertEvent, Story } from './edited.suite.ts'
import { severityOf } from './life.ts'

const incidents = (core: Core): Group[] =>
  [...core.groups.all.values()].filter(({ status }) => status !== 'LATENT')
const told = (outputs: readonly Output[]): string[] =>
  outputs.flatMap((output) => (output.type === 'TIMELINE' ? [output.event.type] : []))

const payments = alertAt('service/payments')
const checkout = alertAt('service/checkout')
const front = alertAt('service/front', { severity: 'MEDIUM' })
const hand = { nowMs: t0 + 5_000, actor: 'ann' }

/** One incident of three alerts. */
function together(): { core: Core; id: string } {
  const core = exampleCore()
  for (const alert of [payments, checkout, front]) step(core, alertEvent(alert, t0 + 1_000))
  const [incident] = incidents(core)
  expect(incident?.members.size).toBe(3)
  return { core, id: incident?.id ?? '' }
}
const holderOf = (core: Core, id: string): Group | undefined => core.groups.members.get(id)?.group

describe('a membership that somebody undoes', () => {
  it('is no longer counted, and what goes on is looked at by itself', () => {
    const { core, id } = together()
    const outputs = step(core, { type: 'REMOVE', ...hand, incidentId: id, memberIds: [payments.id] })
    expect(told(outputs)).toContain('MEMBER_REMOVED')
    expect(core.groups.all.get(id)).toMatchObject({ alertCount: 2, active: 2, severity: 'HIGH' })
    expect(holderOf(core, payments.id)).toMatchObject({ status: 'OPEN', alertCount: 1 })
    expect(incidentOf('default', core.groups.all.get(id) as Group, core.topology).affected_entities).toEqual([
      'service/checkout',
      'service/front',
    ])
  })

  it('does not come back with the same alert again, nor with what comes near both, nor when the topology grows', () => {
    const { core, id } = together()
    step(core, { type: 'REMOVE', ...hand, incidentId: id, memberIds: [payments.id] })
    const other = holderOf(core, payments.id)?.id
    step(core, alertEvent(alertAt('service/cart', { atMs: t0 + 6_000 }), t0 + 6_500))
    step(core, { type: 'TOPOLOGY', nowMs: t0 + 7_000 })
    step(core, alertEvent(resolvedAt(payments, t0 + 8_000), t0 + 8_000))
    const again = alertAt('service/payments', { atMs: t0 + 20_000 })
    step(core, alertEvent(again, t0 + 20_000))
    expect(holderOf(core, payments.id)?.id).toBe(other)
    expect(holderOf(core, again.id)?.id).not.toBe(id)
    expect(core.groups.all.get(id)?.members.has(again.id)).toBe(false)
  })

  it('that has ended opens nothing', () => {
    const { core, id } = together()
    step(core, alertEvent(resolvedAt(payments, t0 + 3_000), t0 + 3_000))
    const outputs = step(core, { type: 'REMOVE', ...hand, incidentId: id, memberIds: [payments.id] })
    expect(holderOf(core, payments.id)).toBeUndefined()
    expect(outputs).toContainEqual({
      ...{ type: 'LEFT', incidentId: id, memberId: payments.id, kind: 'ALERT', waits: false },
    })
    expect(incidents(core)).toHaveLength(1)
  })

  it('is refused for the last member, for an unknown one and in a closed incident, and changes nothing', () => {
    const core = exampleCore()
    step(core, alertEvent(payments, t0))
    const id = incidents(core)[0]?.id ?? ''
    const remove = { type: 'REMOVE', ...hand, incidentId: id } as const
    expect(() => step(core, { ...remove, memberIds: [payments.id] })).toThrow(/all that/)
    expect(() => step(core, { ...remove, memberIds: ['none'] })).toThrow(/no alert or anomaly/)
    step(core, { type: 'STATUS', ...hand, incidentId: id, status: 'CLOSED', comment: undefined })
    expect(() => step(core, { ...remove, memberIds: [payments.id] })).toThrow(/closed/)
    expect(core.groups.all.get(id)?.members.size).toBe(1)
  })
})

describe('an incident that somebody splits', () => {
  it('becomes two that do not merge by themselves', () => {
    const { core, id } = together()
    step(core, { type: 'STATUS', ...hand, incidentId: id, status: 'ACKNOWLEDGED', comment: undefined })
    const outputs = step(core, { type: 'SPLIT', ...hand, incidentId: id, memberIds: [payments.id] })
    const split = holderOf(core, payments.id)
    expect(split).toMatchObject({ status: 'ACKNOWLEDGED', alertCount: 1, life: { splitFrom: id } })
    expect(core.groups.all.get(id)?.alertCount).toBe(2)
    expect(told(outputs)).toEqual(expect.arrayContaining(['OPENED', 'SPLIT']))
    step(core, alertEvent(alertAt('service/checkout', { name: 'Other', atMs: t0 + 6_000 }), t0 + 6_000))
    expect(incidents(core)).toHaveLength(2)
    const all = [...(core.groups.all.get(id)?.members.keys() ?? [])]
    expect(() => step(core, { type: 'SPLIT', ...hand, incidentId: id, memberIds: all })).toThrow(
      /at least one/,
    )
  })

  it('keeps its cause where the cause is', () => {
    const { core, id } = together()
    const group = core.groups.all.get(id) as Group
    group.cause = { entity: 'service/payments', sentence: 'x', probability: 0.9, symptom: null }
    step(core, { type: 'REMOVE', ...hand, incidentId: id, memberIds: [front.id] })
    expect(core.groups.all.get(id)?.cause).not.toBeNull()
    step(core, { type: 'SPLIT', ...hand, incidentId: id, memberIds: [payments.id] })
    expect(core.groups.all.get(id)?.cause).toBeNull()
  })

  it('keeps what was known when, so that times to detect stay true', () => {
    const { core, id } = together()
    const before = core.groups.all.get(id)?.createdMs
    step(core, { type: 'SPLIT', ...hand, nowMs: t0 + 3_600_000, incidentId: id, memberIds: [payments.id] })
    expect(holderOf(core, payments.id)?.createdMs).toBe(before)
  })

  it('may be put together again by hand, and is then one for good', () => {
    const { core, id } = together()
    step(core, { type: 'SPLIT', ...hand, incidentId: id, memberIds: [payments.id] })
    const split = holderOf(core, payments.id)?.id ?? ''
    const outputs = step(core, { type: 'MERGE', ...hand, incidentId: split, into: id })
    expect(core.groups.all.get(id)).toMatchObject({ alertCount: 3 })
    expect(core.groups.all.get(id)?.life.barred.size).toBe(0)
    expect(outputs.find((output) => output.type === 'MERGED')).toMatchObject({
      incidentId: split,
      into: id,
      incident: { merged_into: id, split_from: id },
    })
    expect(() => step(core, { type: 'MERGE', ...hand, incidentId: id, into: id })).toThrow(/into itself/)
  })
})

it('a member that somebody moves is in the other incident, and the two stay two', () => {
  const { core, id } = together()
  const far = alertAt('service/search')
  step(core, alertEvent(far, t0 + 2_000))
  const other = holderOf(core, far.id)?.id ?? ''
  step(core, { type: 'MOVE', ...hand, incidentId: id, memberIds: [checkout.id], into: other })
  expect(core.groups.all.get(other)).toMatchObject({ alertCount: 2 })
  expect(core.groups.members.get(checkout.id)?.reason).toBe('Moved here by ann.')
  const again = alertAt('service/checkout', { atMs: t0 + 30_000 })
  step(core, alertEvent(again, t0 + 30_000))
  expect(holderOf(core, again.id)?.id).not.toBe(id)
})

describe('several at once', () => {
  it('that are taken out wait together, not each as an incident of its own', () => {
    const { core, id } = together()
    const memberIds = [payments.id, checkout.id]
    const outputs = step(core, { type: 'REMOVE', ...hand, incidentId: id, memberIds })
    expect(core.groups.all.get(id)).toMatchObject({ alertCount: 1 })
    expect(holderOf(core, payments.id)).toBe(holderOf(core, checkout.id))
    expect(incidents(core)).toHaveLength(2)
    const removed = outputs.find(
      (output) => output.type === 'TIMELINE' && output.event.type === 'MEMBER_REMOVED',
    )
    expect(removed).toMatchObject({
      event: { sentence: expect.stringMatching(/^Removed: 2 members, the first: /) },
    })
  })

  it('that are in no incident join one by hand, and what waited with them goes on waiting', () => {
    const { core, id } = together()
    const [one, two] = ['service/search', 'service/search'].map((entity, i) =>
      alertAt(entity, { severity: 'LOW', name: `Weak${i}`, atMs: t0 + 600_000 }),
    ) as [ReturnType<typeof alertAt>, ReturnType<typeof alertAt>]
    for (const alert of [one, two]) step(core, alertEvent(alert, t0 + 600_500))
    expect(holderOf(core, one.id)).toMatchObject({ status: 'LATENT' })
    const never = alertAt('service/far', { name: 'Never', atMs: t0 + 1 })
    const signals = [one, never].map((alert) => placed(signalOfAlert(alert), core.topology))
    const outputs = step(core, { type: 'ADMIT', ...hand, incidentId: id, signals })
    expect(core.groups.all.get(id)).toMatchObject({ alertCount: 5 })
    expect(holderOf(core, one.id)?.id).toBe(id)
    expect(holderOf(core, two.id)).toMatchObject({ status: 'LATENT' })
    expect(core.groups.members.get(one.id)?.reason).toBe('Joined by ann.')
    expect(told(outputs)).toContain('ALERT_ADDED')
    expect(() => step(core, { type: 'ADMIT', ...hand, incidentId: id, signals })).toThrow(/each of them/)
  })
})

it('a severity set by hand holds whatever comes, until it is set free', () => {
  const { core, id } = together()
  step(core, { type: 'SEVERITY', ...hand, incidentId: id, severity: 'LOW' })
  const worse = alertAt('service/cart', { severity: 'CRITICAL', atMs: t0 + 5_000 })
  expect(told(step(core, alertEvent(worse, t0 + 5_500)))).not.toContain('SEVERITY_CHANGED')
  const group = core.groups.all.get(id) as Group
  expect(group.members.has(worse.id)).toBe(true)
  expect(incidentOf('default', group, core.topology)).toMatchObject({
    ...{ severity: 'LOW', severity_set_by: 'ann', priority: 4 },
  })
  step(core, { type: 'SEVERITY', ...hand, incidentId: id, severity: null })
  expect(severityOf(group)).toBe('CRITICAL')
})

it('whatever people do, every member is in one place, the counts are right, and what is told is what is', () => {
  fc.assert(
    fc.property(acts, (drawn) => {
      const story = new Story(exampleCore())
      const homes = new Map<string, string>()
      for (const act of drawn) {
        const event = story.eventOf(act)
        const before = story.outputs.length
        const barred = new Map(story.incidents.map(({ id, life }) => [id, life.barred]))
        if (!event || !story.do(event)) continue
        for (const output of story.outputs.slice(before)) {
          if (output.type === 'MEMBER') {
            const key = story.core.groups.members.get(output.memberId)?.key ?? ''
            // What was taken out comes back by hand alone.
            if (event.type === 'SIGNAL' || event.type === 'TICK')
              expect(barred.get(output.incidentId)?.has(key) ?? false).toBe(false)
            homes.set(output.memberId, output.incidentId)
          } else if (output.type === 'LEFT' && homes.get(output.memberId) === output.incidentId)
            homes.delete(output.memberId)
        }
        expectSound(story.core, homes)
      }
    }),
    { numRuns: 150 },
  )
})

function expectSound(core: Core, homes: ReadonlyMap<string, string>): void {
  const { groups } = core
  const seen = new Set<string>()
  for (const group of groups.all.values()) {
    const members = [...group.members.values()]
    expect(members.length).toBeGreaterThan(0)
    for (const member of members) {
      expect(seen.has(member.id)).toBe(false)
      seen.add(member.id)
      expect(groups.members.get(member.id)).toBe(member)
      expect(member.group).toBe(group)
      expect(homes.get(member.id)).toBe(group.status === 'LATENT' ? undefined : group.id)
    }
    expect(group.alertCount + group.anomalyCount).toBe(members.length)
    expect(group.active).toBe(members.filter(({ endMs }) => endMs === null).length)
    expect(group.startedMs).toBe(Math.min(...members.map(({ startMs }) => startMs)))
    expect(rankOf(group.severity)).toBe(Math.min(...members.map(({ severity }) => rankOf(severity))))
    const inPlaces = [...group.presences.values()].reduce(
      (sum, { active }) => sum + active.reduce((all, one) => all + one, 0),
      0,
    )
    expect(inPlaces).toBe(group.active)
  }
  expect(groups.members.size).toBe(seen.size)
}
