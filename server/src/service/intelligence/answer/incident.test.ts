import { describe, expect, it } from 'vitest'
import { answered, entityRef, type Said, situationOf, suiteNowMs, textOf } from './found.suite.ts'
import { incidentAnswerers } from './incident.ts'
import { troubleAlerts, troubleIncident, troubleScript } from './trouble.suite.ts'

const by = (intent: string) => incidentAnswerers.find((one) => one.intent === intent)!
const headline = (draft: { claims: { role: string; text: string }[] }) =>
  draft.claims.find(({ role }) => role === 'HEADLINE')?.text ?? ''
const none: Said[] = [
  { tool: 'list_incidents', output: { incidents: [], total: 0 } },
  { tool: 'list_alerts', output: { alerts: [], total: 0, by_severity: {}, silenced: 0, missing: [] } },
  ...troubleScript,
]

describe('what is broken', () => {
  it('the incident with what it affects, why, since when; then how many alerts fire', () => {
    const { draft } = answered(by('WHAT_IS_BROKEN'), situationOf('WHAT_IS_BROKEN'), troubleScript)
    expect(headline(draft)).toContain('1 incident is open. CRITICAL: checkout and cart (INC-12)')
    expect(textOf(draft)).toContain('3 alerts fire, 1 of them critical')
    expect(textOf(draft)).toContain('28 min ago')
    expect(draft.incidentId).toBe('i-12')
  })

  it('of more services than can be looked at none is counted as free of trouble unseen', () => {
    const seen = ['cart', 'search'].map((name) => ({
      ...{ id: `service/${name}`, kind: 'service', name, health: 'HEALTHY', labels: {}, owner: null },
      ...{ direction: 'NONE', hops: 0, via: null, relation: null },
      ...{ calls_per_second: null, error_ratio: null, mean_ms: null },
    }))
    const asked = situationOf('WHAT_IS_BROKEN', { slots: { unaffected: true } })
    const told = (total: number) =>
      textOf(
        answered(by('WHAT_IS_BROKEN'), asked, [
          { tool: 'get_topology', output: { entity: null, entities: seen, total } as never },
          ...troubleScript,
        ]).draft,
      )
    expect(told(2)).toContain('1 service of 2 is not affected')
    expect(told(340)).toContain('1 service of 2 that were looked at is not affected')
    expect(told(340)).toContain('Looked at 2 of 340 services, databases and queues')
  })

  it('nothing broken is said of what was looked at, and what could not be is named', () => {
    const { draft } = answered(by('WHAT_IS_BROKEN'), situationOf('WHAT_IS_BROKEN'), [
      { tool: 'list_findings', failed: 'No cluster is watched.' },
      ...none,
    ])
    expect(headline(draft)).toContain('Nothing is known to be broken')
    expect(draft.notChecked[0]).toEqual({
      what: 'findings inside clusters',
      reason: 'No cluster is watched.',
    })
  })

  it('a persona that weighs clusters more hears of them before incidents of the same severity', () => {
    const cluster: Said = {
      tool: 'list_clusters',
      output: { clusters: [offline], total: 1, by_state: { OFFLINE: 1 } } as never,
    }
    const rows = (weights: object) =>
      answered(
        by('WHAT_IS_BROKEN'),
        situationOf('WHAT_IS_BROKEN', { persona: { evidence_weights: weights } }),
        [cluster, ...troubleScript],
      ).draft.tables[0]?.rows.map(({ cells }) => cells.what)
    expect(rows({})?.[0]).toContain('INC-12')
    expect(rows({ CLUSTER: 3 })?.[0]).toBe('cluster far-1')
  })
})

const offline = {
  ...{ id: 'c9', name: 'far-1', display_name: null, cluster_type: 'EDGE', platform: 'KUBERNETES' },
  ...{ platform_version: null, region: null, environment: 'PRODUCTION', labels: {}, warnings: [] },
  ...{ last_seen_at: null, capabilities: null },
  status: {
    ...{ state: 'OFFLINE', health_score: 0, last_error: 'refused', connectivity: 'DISCONNECTED' },
    ...{ since: new Date(suiteNowMs).toISOString(), checked_at: null, stale: false, checks: [] },
  },
}

describe('health', () => {
  it('of a service in an incident is no, with the incident', () => {
    const ref = entityRef('SERVICE', 'checkout')
    const { draft } = answered(
      by('HEALTH'),
      situationOf('HEALTH', { entities: [ref], slots: { yesNo: true } }),
      troubleScript,
    )
    expect(headline(draft)).toMatch(/^No: checkout is in trouble/)
    expect(textOf(draft)).toContain('checkout itself is the most likely cause of INC-12 (82 %)')
    expect(textOf(draft)).toContain('Alert HighErrors')
  })

  it('of a service in an incident is no "no" to who asked whether it is down', () => {
    const { draft } = answered(
      by('HEALTH'),
      situationOf('HEALTH', {
        entities: [entityRef('SERVICE', 'checkout')],
        slots: { yesNo: true, askedState: 'TROUBLE' },
      }),
      troubleScript,
    )
    expect(headline(draft)).toMatch(/^checkout is in trouble/)
  })

  it('an incident that affects three things is told of each of them', () => {
    const incident = {
      ...structuredClone(troubleIncident),
      affected_entities: ['service/a', 'service/b', 'service/cart'],
    }
    const ref = entityRef('SERVICE', 'cart')
    const { draft } = answered(by('HEALTH'), situationOf('HEALTH', { entities: [ref] }), [
      { tool: 'list_incidents', output: { incidents: [incident], total: 1 } as never },
      ...troubleScript,
    ])
    expect(textOf(draft)).toContain('INC-12 (CRITICAL) affects a, b and cart')
  })

  it('a notice is no trouble', () => {
    const ref = entityRef('SERVICE', 'mail')
    const { draft } = answered(
      by('HEALTH'),
      situationOf('HEALTH', { entities: [ref], slots: { yesNo: true } }),
      troubleScript,
    )
    expect(headline(draft)).toMatch(/^Yes, as far as can be seen/)
    expect(textOf(draft)).toContain('QuietDog')
  })

  it('never says healthy of what nothing was seen of', () => {
    const ref = entityRef('SERVICE', 'attic')
    const { draft } = answered(
      by('HEALTH'),
      situationOf('HEALTH', { entities: [ref], slots: { yesNo: true } }),
      none,
    )
    expect(headline(draft)).not.toMatch(/^Yes/)
    expect(textOf(draft)).toContain('not the same as healthy')
  })

  it('where every look failed, says that nothing could be looked at', () => {
    const ref = entityRef('SERVICE', 'attic')
    const { draft } = answered(by('HEALTH'), situationOf('HEALTH', { entities: [ref] }), [])
    expect(draft.outcome).toBe('UNANSWERABLE')
    expect(draft.notChecked.length).toBeGreaterThan(3)
  })

  it('an incident of another place that shares one name is not held against a cluster', () => {
    const ref = entityRef('CLUSTER', 'west', { id: 'c1' })
    const incident = {
      ...structuredClone(troubleIncident),
      affected_entities: ['service/checkout', 'service/cart', 'service/till'],
    }
    const workload = {
      ...{
        kind: 'Deployment',
        namespace: 'x',
        name: 'cart',
        desired: 1,
        ready: 1,
        updated: 1,
        status: 'Available',
      },
      ...{ images: [], created_at: null, cluster_id: 'c1', cluster_name: 'west' },
    }
    const { draft } = answered(
      by('HEALTH'),
      situationOf('HEALTH', { entities: [ref], slots: { yesNo: true } }),
      [
        { tool: 'list_incidents', output: { incidents: [incident], total: 1 } as never },
        { tool: 'list_workloads', output: { workloads: [workload], total: 1, missing: [] } as never },
        {
          tool: 'list_alerts',
          output: { alerts: troubleAlerts.slice(0, 2), total: 2, by_severity: {}, silenced: 0, missing: [] },
        },
        ...troubleScript,
      ],
    )
    expect(headline(draft)).toMatch(/^Yes/)
  })
})

describe('one incident', () => {
  it('the latest is shown with its cause and alerts', () => {
    const { draft } = answered(
      by('SHOW_INCIDENT'),
      situationOf('SHOW_INCIDENT', { text: 'the latest incident' }),
      troubleScript,
    )
    expect(headline(draft)).toContain('INC-12 (CRITICAL, OPEN) affects checkout and cart')
    expect(textOf(draft)).toContain('HighErrors')
  })

  it('began with the first sign of it, and the change before that is named', () => {
    const ref = entityRef('SERVICE', 'checkout')
    const { draft } = answered(
      by('WHEN_STARTED'),
      situationOf('WHEN_STARTED', { entities: [ref] }),
      troubleScript,
    )
    expect(headline(draft)).toContain('28 min ago: alert HighErrors')
    expect(textOf(draft)).toContain('3 min before the first sign, checkout was changed')
  })

  it('the timeline is in order of time, changes among it, changes of others not', () => {
    const { draft } = answered(
      by('TIMELINE'),
      situationOf('TIMELINE', { entities: [entityRef('SERVICE', 'checkout')] }),
      troubleScript,
    )
    const what = draft.tables[0]!.rows.map(({ cells }) => String(cells.what))
    expect(what[0]).toContain('Changed: checkout')
    expect(what[1]).toContain('Alert HighErrors')
    expect(what.join()).not.toContain('new-footer')
  })

  it('no incident open is an answer', () => {
    const { draft } = answered(by('LIST_INCIDENTS'), situationOf('LIST_INCIDENTS'), none)
    expect(headline(draft)).toBe('No incident is open.')
  })
})
