import type { Client } from '@aiops/contract/client'
import { untouchedIncident } from '@aiops/contract/model/incident'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { alertTools } from './alert.ts'
import { changeTools } from './change.ts'
import { incidentTools } from './incident.ts'
import { storyPlaces } from './incident-detail.ts'
import { reportTools } from './report.ts'
import { runbookTools } from './runbook.ts'
import { evidenceMax, type Tool, type ToolScope } from './tool.ts'
import { topologyTools } from './topology.ts'

const nowMs = Date.parse('2026-03-02T14:31:00Z')
const at = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString()
const scope: ToolScope = { nowMs, clusterIds: [], signal: new AbortController().signal }

/** Runs a tool over a client that has only these operations, and holds what it says against its schema. */
async function use<I extends z.ZodObject, O extends z.ZodObject>(
  tool: Tool<I, O>,
  input: z.input<I>,
  operations: Record<string, (input: never) => unknown>,
) {
  const calls: [string, unknown][] = []
  const client = new Proxy(
    {},
    {
      get: (_, name) => async (given: unknown) => {
        const operation = operations[String(name)]
        if (!operation) throw new Error(`${tool.name} called ${String(name)}.`)
        calls.push([String(name), given])
        return operation(given as never)
      },
    },
  ) as Client
  const parsed = tool.input.parse(input) as z.output<I>
  const output = tool.output.parse(await tool.run(client, parsed, scope)) as z.output<O>
  return {
    output,
    calls,
    records: tool.evidence(output, parsed, scope),
    sentence: tool.sentence(output, parsed),
  }
}

const base = { tenant_id: 'default', annotations: {}, received_at: at(1) }
const alertOf = (name: string, severity: string, minutes: number, more: object = {}) => ({
  ...{
    ...base,
    id: name,
    fingerprint: name,
    source: 'am',
    name,
    severity,
    status: 'FIRING',
    message: `${name}.`,
  },
  ...{ labels: {}, starts_at: at(minutes), ends_at: null, incident_id: null, ...more },
})
const nobodyElse = {
  partial: false,
  missing: [],
  total_query_time_ms: 1,
  clusters_queried: 0,
  clusters_succeeded: 0,
}

describe('list_alerts', () => {
  const own = [
    alertOf('Slow', 'MEDIUM', 5, { labels: { service: 'cart', cluster: 'east' }, entity: 'service/cart' }),
    alertOf('Down', 'CRITICAL', 3, { entity: 'service/till', silenced_by: ['s1'] }),
  ]
  const theirs = {
    ...{ fingerprint: 'x1', cluster_id: 'c2', cluster_name: 'west', alertname: 'DiskFull', severity: 'HIGH' },
    ...{
      state: 'FIRING',
      labels: { node: 'n1' },
      annotations: { summary: 'No room.' },
      starts_at: at(9),
      ends_at: null,
      generator_url: '',
    },
  }
  const both = {
    listAlerts: () => ({ alerts: own, total: 2, by_severity: {} }),
    listClusterAlerts: () => ({ ...nobodyElse, alerts: [theirs, { ...theirs, fingerprint: 'Slow' }] }),
  }

  it('joins what is known here with what clusters tell, each once, the most severe first', async () => {
    const { output, records, sentence } = await use(alertTools.list_alerts, {}, both)
    expect(output.alerts.map(({ name }) => name)).toEqual(['Down', 'DiskFull', 'Slow'])
    expect(output.alerts[1]).toMatchObject({ source: 'west', entity: 'node/n1', message: 'No room.' })
    expect(records).toHaveLength(3)
    expect(sentence).toBe('Looked at alerts that fire: 3, 1 of them silenced.')
  })

  it('one severity or several, an entity by id or by name, silenced or not', async () => {
    const names = async (input: object) =>
      (await use(alertTools.list_alerts, input, both)).output.alerts.map(({ name }) => name)
    expect(await names({ severity: 'CRITICAL' })).toEqual(['Down'])
    expect(await names({ severity: ['CRITICAL', 'MEDIUM'] })).toEqual(['Down', 'Slow'])
    expect(await names({ entity: 'service/cart' })).toEqual(['Slow'])
    expect(await names({ entity: 'n1' })).toEqual(['DiskFull'])
    expect(await names({ silenced: true })).toEqual(['Down'])
  })

  it('that no cluster could be asked is told, and what is known here stays', async () => {
    const { output } = await use(
      alertTools.list_alerts,
      {},
      {
        ...both,
        listClusterAlerts: () => {
          throw new Fault('CLUSTER_UNREACHABLE', 'west: refused.')
        },
      },
    )
    expect(output.alerts).toHaveLength(2)
    expect(output.missing[0]?.reason).toBe('west: refused.')
  })
})

const incident = {
  ...{
    id: 'i-7',
    tenant_id: 'default',
    number: 7,
    title: 't',
    description: '',
    severity: 'HIGH',
    status: 'OPEN',
  },
  ...{
    priority: 2,
    affected_entities: ['service/cart'],
    primary_entity: null,
    anomaly_count: 90,
    alert_count: 90,
  },
  ...{ escalation_level: 0, assigned_to: null, started_at: at(9), created_at: at(8), updated_at: at(8) },
  ...{ acknowledged_at: null, resolved_at: null, ttd: 1, ttr: null, cause: null, reasons: {} },
  ...untouchedIncident,
}
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)
const detail = {
  ...incident,
  timeline: many(90, { at: at(8), type: 'OPENED', actor: 'system', sentence: 's' }),
  alerts: many(90, alertOf('A', 'LOW', 4)),
  ...{ anomalies: [], remediations: [] },
  diagnosis: {
    ...{
      id: 'd',
      incident_id: 'i-7',
      revision: 1,
      created_at: at(7),
      unknown_probability: 0.2,
      causal_chain: [],
    },
    ...{ method: 'm', degraded: [], seconds: 1 },
    checked: many(60, { entity: 'service/a', verdict: 'HEALTHY', sentence: 's' }),
    causes: many(9, {
      ...{
        rank: 1,
        entity: 'service/b',
        category: 'POOL',
        probability: 0.5,
        confidence: 'LOW',
        sentence: 'c',
      },
      ...{ suggested_runbook_id: null, evidence: many(40, { id: 'e', kind: 'LOG', sentence: 'quoted' }) },
    }),
  },
}

describe('get_incident', () => {
  it.each(['7', 'INC-7', 'inc 7', '#7'])('%s is number 7', async (id) => {
    const { calls } = await use(incidentTools.get_incident, { id }, { getIncident: () => detail })
    expect(calls[0]).toEqual(['getIncident', { params: { id: '7' } }])
  })

  it('a number that nobody knows is said as people say it', async () => {
    const asked = use(
      incidentTools.get_incident,
      { id: '999' },
      {
        getIncident: () => {
          throw new Fault('NOT_FOUND', 'no')
        },
      },
    )
    await expect(asked).rejects.toThrow('There is no incident INC-999.')
  })

  it('the latest is the newest open one', async () => {
    const { calls } = await use(
      incidentTools.get_incident,
      {},
      {
        listIncidents: () => ({ incidents: [incident], total: 1, limit: 1, offset: 0 }),
        getIncident: () => detail,
      },
    )
    expect(calls[0]?.[1]).toMatchObject({ query: { sort: '-created_at', limit: 1 } })
    expect(calls[1]?.[1]).toEqual({ params: { id: 'i-7' } })
  })

  it('tells no more than its bound however much there is, each part where its place says, quoted text as telemetry', async () => {
    const { output, records } = await use(
      incidentTools.get_incident,
      { id: 'i-7' },
      { getIncident: () => detail },
    )
    const places = storyPlaces(output)
    expect(records.length).toBeLessThanOrEqual(evidenceMax)
    expect(records.length).toBe((places.alerts.at(-1) ?? 0) + 1)
    expect(records[places.causes[1]!]?.type).toBe('CAUSE')
    expect(records[places.evidence[2]![3]!]).toMatchObject({
      type: 'CAUSE',
      sentence: 'quoted',
      trust: 'TELEMETRY',
    })
    expect(records[places.checked[0]!]?.type).toBe('CHECK')
    expect(records[places.timeline[0]!]?.type).toBe('TIMELINE')
    expect(records[places.alerts[0]!]?.type).toBe('ALERT')
  })
})

describe('list_changes', () => {
  const change = (id: string, entities: string[], minutes: number, more: object = {}) => ({
    ...{ id, tenant_id: 'default', at: at(minutes), kind: 'CONFIG', source: 'API', entities, object: null },
    ...{ summary: id, fields: [], ...more },
  })
  const all = [
    change('a', ['workload/east/shop/Deployment/cart'], 20),
    change('b', ['service/till'], 10),
    change('c', ['service/cart'], 5),
  ]
  const listChanges = ({ query }: { query: { entity?: string } }) => {
    const items = all.filter(({ entities }) => !query.entity || entities.includes(query.entity))
    return { items, total: items.length, page: 1, page_size: 200, total_pages: 1 }
  }

  it('of an entity are those of anything by its name, newest first, each once', async () => {
    const { output } = await use(changeTools.list_changes, { entity: 'service/cart' }, { listChanges })
    expect(output.changes.map(({ id }) => id)).toEqual(['c', 'a'])
  })

  it('without a time are those of the last two hours', async () => {
    const { calls } = await use(changeTools.list_changes, {}, { listChanges })
    expect(calls[0]?.[1]).toMatchObject({ query: { start: at(120) } })
  })
})

describe('get_topology', () => {
  const entity = (id: string, labels: object = {}) => ({
    ...{ id, kind: id.split('/')[0], name: id.split('/')[1], labels, first_seen: at(60), last_seen: at(1) },
    health: 'HEALTHY',
  })
  const edge = (source: string, target: string) => ({
    ...{
      source,
      target,
      type: 'CALLS',
      origin: 'SPANS',
      first_seen: at(60),
      last_seen: at(1),
      calls_per_second: 3,
    },
  })
  const graph = {
    entities: ['service/a', 'service/b', 'service/c', 'database/d'].map((id) =>
      entity(id, { team: id === 'service/c' ? 'red' : 'blue' }),
    ),
    edges: [
      edge('service/a', 'service/b'),
      edge('service/b', 'service/c'),
      edge('service/c', 'service/a'),
      edge('service/b', 'database/d'),
    ],
  }
  const getTopology = ({ query }: { query?: { entity?: string } } = {}) => {
    if (query?.entity && !graph.entities.some(({ id }) => id === query.entity))
      throw new Fault('NOT_FOUND', 'no')
    return graph
  }

  it('goes down and up by the shortest way, each thing once in each direction, in a circle too', async () => {
    const { output } = await use(topologyTools.get_topology, { entity: 'b', depth: 3 }, { getTopology })
    const seen = output.entities.map(({ id, direction, hops }) => `${direction} ${hops} ${id}`)
    expect(seen).toEqual([
      'SELF 0 service/b',
      ...['UP 1 service/a', 'UP 2 service/c'],
      ...['DOWN 1 service/c', 'DOWN 1 database/d', 'DOWN 2 service/a'],
    ])
  })

  it('what belongs to a team is found by its label', async () => {
    const { output } = await use(topologyTools.get_topology, { owner: 'RED' }, { getTopology })
    expect(output.entities.map(({ id }) => id)).toEqual(['service/c'])
  })

  it('a name that nobody knows is not found', async () => {
    await expect(use(topologyTools.get_topology, { entity: 'zz' }, { getTopology })).rejects.toThrow(
      'nothing by the name zz',
    )
  })
})

const runbook = (required: boolean) => ({
  ...{
    id: 'fix',
    name: 'Fix',
    description: '',
    version: 1,
    match: { categories: ['POOL'], entities: [], min_probability: 0.3 },
  },
  ...{ parameters: {}, approval: { required, timeout: '30m' }, rollback: [] },
  steps: [{ type: 'wait', name: 'Wait', on_failure: 'ABORT', duration: '1s' }],
  verify: { conditions: [], anomalies_ended: true, hold: '10s', within: '60s' },
})
const remediation = {
  ...{ id: 'r1', incident_id: 'i-7', runbook_id: 'fix', runbook_name: 'Fix', entity: 'service/cart' },
  ...{ status: 'PENDING_APPROVAL', plan: [], requested_at: at(0), requested_by: 'kim' },
}

describe('propose_runbook', () => {
  const operations = (required: boolean, waiting: unknown[] = []) => ({
    listRemediations: () => ({
      items: waiting,
      total: waiting.length,
      page: 1,
      page_size: 50,
      total_pages: 1,
    }),
    listRunbooks: () => ({ runbooks: [runbook(required)], problems: [] }),
    executeRunbook: () => remediation,
  })
  const input = { runbook_id: 'fix', incident_id: 'i-7' }

  it('proposes one that waits for approval', async () => {
    const { output, calls } = await use(runbookTools.propose_runbook, input, operations(true))
    expect(output).toMatchObject({ waited_already: false, link: '/incidents/i-7' })
    expect(calls.at(-1)).toEqual(['executeRunbook', { params: { id: 'fix' }, body: { incident_id: 'i-7' } }])
  })

  it('never begins one that would run at once', async () => {
    const { executeRunbook: _, ...others } = operations(false)
    await expect(use(runbookTools.propose_runbook, input, others)).rejects.toThrow('would run at once')
  })

  it('one that waits already is not proposed again', async () => {
    const { output, calls } = await use(runbookTools.propose_runbook, input, operations(true, [remediation]))
    expect(output.waited_already).toBe(true)
    expect(calls.map(([name]) => name)).toEqual(['listRemediations'])
  })
})

describe('create_report', () => {
  it('of an incident by its number is one of its id', async () => {
    const made = {
      ...{
        id: 'p1',
        title: 'T',
        report_type: 'INCIDENT_REPORT',
        format: 'PDF',
        cluster_scope: [],
        incident_id: 'i-7',
      },
      ...{
        time_range: { start: at(60), end: at(0) },
        status: 'PENDING',
        created_at: at(0),
        expires_at: at(-60),
      },
    }
    const { calls, output } = await use(
      reportTools.create_report,
      { report_type: 'INCIDENT_REPORT', format: 'PDF', incident_id: 'INC-7' },
      { getIncident: () => detail, createReport: () => made },
    )
    expect(calls.at(-1)?.[1]).toMatchObject({ body: { incident_id: 'i-7', format: 'PDF' } })
    expect(output.link).toBe('/reports/p1')
  })
})
