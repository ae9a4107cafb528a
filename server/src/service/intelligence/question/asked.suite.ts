import type { Understanding } from '@aiops/contract/model/answer'
import { createGazetteer, type Gazetteer } from './gazetteer.ts'
import type { NamedThing, Question } from './question.ts'
import { type ReadOptions, readQuestion } from './read-question.ts'

/** A small system of its own, for tests of how questions are read. */
const services = ['checkout', 'ledger', 'search', 'mailer', 'ranking']
const workloads: readonly [string, string][] = [
  ['web', 'checkout'],
  ['web', 'search'],
  ['web', 'checkout-canary'],
  ['money', 'ledger'],
  ['money', 'ledger-db'],
  ['batch', 'mailer'],
]
export const things: readonly NamedThing[] = [
  ...['north-1', 'south-1'].map((name) => ({ kind: 'CLUSTER' as const, name, id: name })),
  ...[1, 2, 3].map((index) => ({
    kind: 'NODE' as const,
    name: `node-a${index}`,
    id: `node/node-a${index}`,
    cluster_id: 'north-1',
  })),
  ...[1, 2].map((index) => ({
    kind: 'NODE' as const,
    name: `metal-${index}`,
    id: `node/metal-${index}`,
    cluster_id: 'south-1',
  })),
  ...['web', 'money', 'batch'].map((name) => ({
    kind: 'NAMESPACE' as const,
    name,
    id: `namespace/${name}`,
    namespace: name,
  })),
  ...workloads.map(([namespace, name]) => ({
    kind: 'WORKLOAD' as const,
    name,
    id: `workload/${namespace}/${name}`,
    namespace,
    cluster_id: 'north-1',
    workload_kind: 'Deployment',
  })),
  ...services.map((name) => ({ kind: 'SERVICE' as const, name, id: `service/${name}` })),
  { kind: 'DATABASE', name: 'ledger-db', id: 'database/ledger-db' },
  { kind: 'ALERT', name: 'HighErrorRate', id: 'HighErrorRate' },
  { kind: 'RUNBOOK', name: 'flush-cache', id: 'flush-cache' },
  { kind: 'METRIC', name: 'http_requests_total', id: 'http_requests_total' },
  { kind: 'INCIDENT', name: 'INC-7', id: '0190-7', aliases: ['#7', 'incident 7'] },
  { kind: 'PERSON', name: 'team-money', id: 'team-money' },
]
const gazetteer: Gazetteer = createGazetteer(things)
/** A Saturday. */
export const nowMs = Date.parse('2026-11-21T14:30:00Z')
export const keptMs = 2 * 3_600_000

export function read(text: string, more: Partial<ReadOptions> = {}): Question {
  return readQuestion(text, { things: gazetteer, nowMs, keptMs, before: [], clusterContext: [], ...more })
}

/** How a question would be handed back with the next one. */
export function understood(question: Question, incidentId: string | null = null): Understanding {
  const { intent, score, entities, time, slots } = question
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    ...{ intent, score, entities: [...entities], incident_id: incidentId },
    time: time.text === '' ? null : { start: iso(time.startMs), end: iso(time.endMs), text: time.text },
    metric: slots.metric?.names[0] ?? slots.metric?.aspect ?? null,
  }
}

/** Reads the last of several questions of one conversation. */
export function converse(...texts: string[]): Question {
  const before: Understanding[] = []
  let last = read('')
  for (const text of texts) {
    last = read(text, { before })
    before.push(understood(last))
  }
  return last
}

export const names = (question: Question): string[] =>
  question.entities.map(({ kind, name }) => `${kind} ${name}`)
