import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incidentsAfter, interleaved } from '../interleaving.suite.ts'
import { step } from './correlate-core.ts'
import { alertAt, anomalyAt, ended, exampleCore, resolvedAt, t0 } from './example.suite.ts'
import { isUnresolved } from './group.ts'
import { incidentOf } from './incident-of.ts'
import { signalOfAlert, signalOfAnomaly } from './signal.ts'
import type { Core, Output } from './turn.ts'

const anomaly = (core: Core, one: Anomaly, nowMs: number): Output[] =>
  step(core, { type: 'SIGNAL', nowMs, signal: signalOfAnomaly(one) })
const alert = (core: Core, one: Alert, nowMs: number): Output[] =>
  step(core, { type: 'SIGNAL', nowMs, signal: signalOfAlert(one) })
const tick = (core: Core, nowMs: number): Output[] => step(core, { type: 'TICK', nowMs })
const open = (core: Core) => [...core.groups.all.values()].filter(isUnresolved)
const incidents = (core: Core) => [...core.groups.all.values()].filter((group) => group.status !== 'LATENT')
const timeline = (outputs: readonly Output[], incidentId?: string): string[] =>
  outputs.flatMap((output) =>
    output.type === 'TIMELINE' && (incidentId === undefined || output.incidentId === incidentId)
      ? [output.event.type]
      : [],
  )

describe('opening an incident', () => {
  it('one sure HIGH anomaly is worth one', () => {
    const core = exampleCore()
    const outputs = anomaly(core, anomalyAt('service/payments'), t0 + 2_000)
    expect(timeline(outputs)).toEqual(['OPENED', 'ANOMALY_ADDED'])
    expect(open(core)).toHaveLength(1)
  })

  it('a HIGH anomaly that the detector is unsure of waits for company', () => {
    const core = exampleCore()
    anomaly(core, anomalyAt('service/payments', { confidence: 0.4 }), t0 + 2_000)
    expect(open(core)).toHaveLength(0)
    const outputs = anomaly(
      core,
      anomalyAt('service/checkout', { atMs: t0 + 20_000, severity: 'LOW' }),
      t0 + 22_000,
    )
    expect(timeline(outputs)).toEqual(['OPENED', 'ANOMALY_ADDED', 'ANOMALY_ADDED'])
  })

  it('lone LOW anomalies and busy machines never are, however long they last', () => {
    const core = exampleCore()
    anomaly(core, anomalyAt('service/payments', { severity: 'LOW' }), t0 + 2_000)
    anomaly(core, anomalyAt('host/box', { severity: 'HIGH', metric: 'system.cpu.utilization' }), t0 + 3_000)
    for (let s = 5; s < 3_600; s += 5) tick(core, t0 + s * 1_000)
    expect(incidents(core)).toHaveLength(0)
    expect(core.groups.members.size).toBe(0)
  })

  it('two statistics of one metric are one sign, not two', () => {
    const core = exampleCore()
    for (const statistic of ['mean', 'p95']) {
      anomaly(
        core,
        anomalyAt('service/payments', { severity: 'MEDIUM', metric: `span:self_time:${statistic}` }),
        t0 + 2_000,
      )
    }
    expect(open(core)).toHaveLength(0)
    anomaly(
      core,
      anomalyAt('service/payments', { severity: 'LOW', metric: 'span:calls:error_ratio' }),
      t0 + 3_000,
    )
    expect(open(core)).toHaveLength(1)
  })

  it('a MEDIUM anomaly is once it lasts more than a minute', () => {
    const core = exampleCore()
    anomaly(core, anomalyAt('service/payments', { severity: 'MEDIUM' }), t0 + 2_000)
    expect(timeline(tick(core, t0 + 59_000))).toEqual([])
    expect(timeline(tick(core, t0 + 61_000))).toEqual(['OPENED', 'ANOMALY_ADDED'])
  })

  it('a LOW anomaly that grows HIGH is', () => {
    const core = exampleCore()
    const small = anomalyAt('service/payments', { severity: 'LOW' })
    anomaly(core, small, t0 + 2_000)
    expect(timeline(anomaly(core, { ...small, severity: 'HIGH' }, t0 + 10_000))).toEqual([
      'OPENED',
      'ANOMALY_ADDED',
    ])
  })

  it('an alert of HIGH is, one of INFO only joins', () => {
    const core = exampleCore()
    alert(core, alertAt('service/cart', { severity: 'INFO', name: 'Note' }), t0)
    expect(open(core)).toHaveLength(0)
    alert(core, alertAt('service/cart', { atMs: t0 + 5_000 }), t0 + 6_000)
    expect(open(core)).toHaveLength(1)
    alert(core, alertAt('service/cart', { severity: 'INFO', name: 'Remark', atMs: t0 + 6_000 }), t0 + 7_000)
    expect(open(core)[0]?.alertCount).toBe(2)
  })

  it('a lone alert of MEDIUM waits for another that belongs to it, or until it lasts', () => {
    const core = exampleCore()
    const medium = (name: string, atMs: number, entity = 'service/cart' as const) =>
      alert(core, alertAt(entity, { severity: 'MEDIUM', name, atMs }), atMs + 1_000)
    medium('Slow', t0)
    expect(open(core)).toHaveLength(0)
    medium('Failing', t0 + 4_000)
    expect(open(core)[0]?.alertCount).toBe(2)

    const other = exampleCore()
    alert(other, alertAt('service/cart', { severity: 'MEDIUM' }), t0)
    for (let minute = 1; minute <= 15; minute += 1) tick(other, t0 + minute * 60_000)
    expect(open(other)).toHaveLength(0)
    expect(timeline(tick(other, t0 + 901_000))).toEqual(['OPENED', 'ALERT_ADDED'])
  })

  it('an end whose beginning was never seen is not', () => {
    const core = exampleCore()
    alert(core, resolvedAt(alertAt('service/cart'), t0 + 60_000), t0 + 61_000)
    anomaly(core, ended(anomalyAt('service/cart'), t0 + 60_000), t0 + 61_000)
    expect(open(core)).toHaveLength(0)
  })
})

describe('one fault, one incident', () => {
  it('whatever the order in which a connected system shows it', () => {
    const services = ['service/front', 'service/checkout', 'service/payments'] as const
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const core = exampleCore()
      order.forEach((index, i) => {
        anomaly(
          core,
          anomalyAt(services[index] ?? 'service/front', { atMs: t0 + index * 1_000 }),
          t0 + i * 3_000,
        )
      })
      expect(open(core)).toHaveLength(1)
      expect(open(core)[0]?.members.size).toBe(3)
    }
  })

  it('two small incidents that turn out adjacent become the older one', () => {
    const core = exampleCore(['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'].map((e) => [...e]))
    anomaly(core, anomalyAt('service/a'), t0)
    anomaly(core, anomalyAt('service/e', { atMs: t0 + 1_000 }), t0 + 1_000)
    expect(open(core)).toHaveLength(2)
    const [older, younger] = open(core)
    const outputs = anomaly(core, anomalyAt('service/c', { atMs: t0 + 2_000 }), t0 + 3_000)
    expect(open(core).map((group) => group.id)).toEqual([older?.id])
    expect(open(core)[0]?.members.size).toBe(3)
    expect(timeline(outputs, younger?.id)).toEqual(['MERGED'])
    expect(timeline(outputs, older?.id)).toEqual(['MERGED', 'ANOMALY_ADDED'])
    expect(outputs.find((output) => output.type === 'MERGED')).toMatchObject({
      into: older?.id,
      incident: { status: 'RESOLVED', anomaly_count: 1 },
    })
  })

  it('faults far apart in time or unconnected stay two', () => {
    const core = exampleCore()
    anomaly(core, anomalyAt('service/payments'), t0)
    anomaly(core, anomalyAt('service/search', { atMs: t0 + 1_000 }), t0 + 1_000)
    anomaly(core, anomalyAt('service/cart', { atMs: t0 + 400_000 }), t0 + 400_000)
    expect(open(core)).toHaveLength(3)
  })

  it('what waits is taken in when an edge is learned later', () => {
    const edges: string[][] = []
    const core = exampleCore()
    core.topology = {
      ...core.topology,
      neighbourhood: (entity) =>
        new Map(
          edges.length
            ? [
                ['service/x', entity === 'service/x' ? 0 : 1],
                ['service/y', entity === 'service/y' ? 0 : 1],
              ]
            : [[entity, 0]],
        ),
    }
    anomaly(core, anomalyAt('service/x', { severity: 'LOW' }), t0)
    anomaly(core, anomalyAt('service/y', { atMs: t0 + 1_000 }), t0 + 1_000)
    expect(open(core)[0]?.members.size).toBe(1)
    edges.push(['x', 'y'])
    const outputs = step(core, { type: 'TOPOLOGY', nowMs: t0 + 5_000 })
    expect(open(core)[0]?.members.size).toBe(2)
    expect(timeline(outputs)).toEqual(['ANOMALY_ADDED'])
  })

  it('a busy machine never ties two faults together', () => {
    const core = exampleCore([
      ['search', 'host/box'],
      ['cart', 'host/box'],
    ])
    anomaly(core, anomalyAt('host/box', { metric: 'system.cpu.utilization' }), t0)
    anomaly(core, anomalyAt('service/search'), t0 + 500)
    anomaly(core, anomalyAt('service/cart'), t0 + 1_000)
    anomaly(core, anomalyAt('host/box', { metric: 'system.load', atMs: t0 + 1_000 }), t0 + 1_500)
    expect(open(core)).toHaveLength(2)
  })
})

describe('the end of an incident', () => {
  const fault = anomalyAt('service/payments')

  it('comes when all has ended and stayed so, and not before', () => {
    const core = exampleCore()
    anomaly(core, fault, t0)
    anomaly(core, ended(fault, t0 + 60_000), t0 + 60_000)
    expect(timeline(tick(core, t0 + 89_000))).toEqual([])
    expect(timeline(tick(core, t0 + 90_000))).toEqual(['RESOLVED'])
    expect(incidents(core)[0]).toMatchObject({ status: 'RESOLVED', resolvedMs: t0 + 90_000 })
  })

  it('is taken back when a member comes again within ten minutes, and not later', () => {
    for (const [afterMs, expected] of [
      [300_000, 1],
      [900_000, 2],
    ] as const) {
      const core = exampleCore()
      anomaly(core, fault, t0)
      anomaly(core, ended(fault, t0 + 60_000), t0 + 60_000)
      tick(core, t0 + 90_000)
      const again = anomalyAt('service/payments', { seriesId: fault.series.id, atMs: t0 + 60_000 + afterMs })
      tick(core, t0 + 60_000 + afterMs)
      const outputs = anomaly(core, again, t0 + 60_000 + afterMs)
      expect(timeline(outputs).includes('REOPENED')).toBe(expected === 1)
      expect(open(core)).toHaveLength(1)
    }
  })

  it('decided by a person is not undone by what was late to arrive, unless that goes on', () => {
    const core = exampleCore()
    anomaly(core, fault, t0)
    const id = open(core)[0]?.id ?? ''
    step(core, {
      type: 'STATUS',
      nowMs: t0 + 60_000,
      incidentId: id,
      status: 'RESOLVED',
      actor: 'ann',
      comment: undefined,
    })
    anomaly(core, anomalyAt('service/checkout', { atMs: t0 + 50_000 }), t0 + 62_000)
    expect(open(core)).toHaveLength(0)
    tick(core, t0 + 100_000)
    expect(open(core)).toHaveLength(0)
    expect(timeline(tick(core, t0 + 130_000))).toEqual(['REOPENED'])
  })

  it('follows the allowed transitions only', () => {
    const core = exampleCore()
    anomaly(core, fault, t0)
    const id = open(core)[0]?.id ?? ''
    const set = (status: 'OPEN' | 'CLOSED' | 'ACKNOWLEDGED') =>
      step(core, { type: 'STATUS', nowMs: t0 + 1, incidentId: id, status, actor: 'ann', comment: undefined })
    set('ACKNOWLEDGED')
    expect(incidents(core)[0]?.acknowledgedMs).toBe(t0 + 1)
    expect(() => set('OPEN')).toThrowError(expect.objectContaining({ code: 'CONFLICT' }))
    set('CLOSED')
    expect(() => set('OPEN')).toThrowError(expect.objectContaining({ code: 'CONFLICT' }))
    expect(() =>
      step(core, {
        type: 'STATUS',
        nowMs: t0,
        incidentId: 'none',
        status: 'OPEN',
        actor: 'ann',
        comment: undefined,
      }),
    ).toThrowError(expect.objectContaining({ code: 'NOT_FOUND' }))
  })
})

describe('what an incident says', () => {
  it('names the deepest troubled service in words, and the worst severity', () => {
    const core = exampleCore()
    anomaly(core, anomalyAt('service/front', { severity: 'MEDIUM' }), t0)
    anomaly(core, anomalyAt('service/payments', { severity: 'CRITICAL' }), t0)
    anomaly(core, anomalyAt('service/payments', { metric: 'http.server.request.duration:error_ratio' }), t0)
    anomaly(core, anomalyAt('service/checkout'), t0)
    const [group] = open(core)
    const incident = group && incidentOf('default', group, core.topology)
    expect(incident).toMatchObject({
      title: 'payments: slow and failing answers, 3 services affected',
      severity: 'CRITICAL',
      priority: 1,
      primary_entity: 'service/payments',
      anomaly_count: 4,
    })
  })

  it('takes the first cause of a diagnosis, once, and is named after it when it outweighs doubt', () => {
    const core = exampleCore()
    anomaly(core, anomalyAt('service/front'), t0)
    const incidentId = open(core)[0]?.id ?? ''
    const incident = () => {
      const [group] = open(core)
      return group && incidentOf('default', group, core.topology)
    }
    const diagnosed = (probability: number) =>
      step(core, { type: 'DIAGNOSED', nowMs: t0, diagnosis: diagnosisOf(incidentId, probability) })
    diagnosed(0.3)
    expect(incident()).toMatchObject({
      title: 'front: slow answers',
      primary_entity: 'service/front',
      cause: { probability: 0.3 },
    })
    diagnosed(0.8)
    expect(incident()).toMatchObject({
      title: 'payments: not answering',
      primary_entity: 'service/payments',
      cause: { probability: 0.8 },
    })
    expect(diagnosed(0.8)).toEqual([])
  })

  it('entities are failing while a bad member lasts, and healthy after', () => {
    const core = exampleCore()
    const fault = anomalyAt('service/payments', { shape: 'MISSING' })
    expect(anomaly(core, fault, t0)).toContainEqual({
      type: 'HEALTH',
      entity: 'service/payments',
      health: 'SILENT',
    })
    expect(anomaly(core, ended(fault, t0 + 5_000), t0 + 5_000)).toContainEqual({
      type: 'HEALTH',
      entity: 'service/payments',
      health: 'HEALTHY',
    })
  })
})

describe('bounds', () => {
  it('what waits gives way, oldest first, and its alerts are then dealt with', () => {
    const core = exampleCore([], { pending_max: 10 })
    const outputs = Array.from({ length: 30 }, (_, i) =>
      alert(core, alertAt(`service/s${i}`, { severity: 'INFO' }), t0 + i),
    ).flat()
    expect(core.groups.latent.size).toBe(10)
    expect(outputs.filter((output) => output.type === 'SETTLED' && output.incidentId === null)).toHaveLength(
      20,
    )
  })

  it('a hundred thousand alerts of two hundred causes become two hundred incidents', () => {
    const names = Array.from({ length: 200 }, (_, i) => [`front${i}`, `back${i}`])
    const core = exampleCore(names)
    for (let i = 0; i < 100_000; i += 1) {
      const [front, back] = names[i % 200] ?? []
      alert(
        core,
        alertAt(`service/${i % 400 < 200 ? front : back}`, {
          severity: 'MEDIUM',
          fingerprint: `f${i}`,
          atMs: t0 + Math.floor(i * 0.6),
        }),
        t0 + Math.floor(i * 0.6),
      )
    }
    expect(open(core)).toHaveLength(200)
    expect(open(core).reduce((sum, group) => sum + group.members.size, 0)).toBe(100_000)
  }, 30_000)
})

function diagnosisOf(incidentId: string, probability: number): Diagnosis {
  return {
    id: 'd',
    incident_id: incidentId,
    revision: 1,
    created_at: '2026-01-01T00:00:00Z',
    causes: [
      {
        rank: 1,
        entity: 'service/payments',
        category: 'DOWN',
        probability,
        confidence: 'HIGH',
        sentence: 'payments stopped answering.',
        evidence: [],
        suggested_runbook_id: null,
      },
    ],
    unknown_probability: 1 - probability,
    causal_chain: [],
    checked: [],
    method: 'test',
    degraded: [],
    seconds: 0,
  }
}

describe('alerts in any interleaving', () => {
  it('duplicate, late and resolved before fired, end in the same incidents', () => {
    fc.assert(
      fc.property(interleaved, ({ states, shuffled, paceMs }) => {
        const found = incidentsAfter(shuffled, paceMs)
        expect(found).toEqual(incidentsAfter(states, 0))
        expect(found.open).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})
