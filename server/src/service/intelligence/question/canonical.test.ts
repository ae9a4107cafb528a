import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Intent, Understanding } from '@aiops/contract/model/answer'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { understood } from './asked.suite.ts'
import { createGazetteer } from './gazetteer.ts'
import type { NamedThing } from './question.ts'
import { readQuestion } from './read-question.ts'

const Asked = z.object({
  id: z.string(),
  before: z.array(z.string()).default([]),
  question: z.string(),
  outcome: z.string(),
  tools: z.array(z.string()).default([]),
})
const path = join(import.meta.dirname, '../../../../../test/ask/question/canonical.json')
const asked = z.array(Asked).parse(JSON.parse(readFileSync(path, 'utf8')))

/** What a question is about stands before the dash of its id; these are the intents that are plausible for each. */
const plausible: Record<string, readonly Intent[]> = {
  broken: ['WHAT_IS_BROKEN', 'WHY'],
  health: ['HEALTH', 'WHAT_IS_BROKEN', 'WHY'],
  alerts: ['LIST_ALERTS', 'COUNT_ALERTS', 'SILENCED_ALERTS', 'WHY'],
  why: ['WHY'],
  cause: ['ROOT_CAUSE', 'IS_INVOLVED'],
  changes: ['WHAT_CHANGED'],
  timeline: ['TIMELINE'],
  start: ['WHEN_STARTED'],
  logs: ['SHOW_LOGS', 'LOG_PATTERNS'],
  metric: ['METRIC_VALUE', 'METRIC_COURSE', 'FIND_METRICS'],
  compare: ['COMPARE'],
  top: ['TOP', 'RESTARTS'],
  pods: ['LIST_PODS'],
  nodes: ['LIST_NODES'],
  events: ['LIST_EVENTS'],
  workloads: ['LIST_WORKLOADS', 'LIST_PODS'],
  pending: ['PENDING_PODS'],
  image: ['IMAGE_PULLS', 'WHY'],
  oom: ['RESTARTS', 'METRIC_VALUE'],
  deps: ['DEPENDENCIES'],
  blast: ['BLAST_RADIUS'],
  involved: ['IS_INVOLVED'],
  traces: ['TRACES'],
  anomalies: ['ANOMALIES'],
  forecast: ['FORECAST'],
  slo: ['SLO'],
  runbook: ['LIST_RUNBOOKS'],
  next: ['NEXT_STEPS'],
  gpu: ['GPU'],
  cnf: ['CNF', 'HEALTH'],
  ptp: ['PTP'],
  fleet: ['LIST_CLUSTERS'],
  owner: ['OWNER'],
  cost: ['COST'],
  incidents: ['LIST_INCIDENTS', 'SHOW_INCIDENT', 'LIST_ALERTS'],
  findings: ['LIST_FINDINGS'],
  report: ['REPORT'],
  action: ['ACT'],
  greeting: ['GREETING', 'HELP'],
  offtopic: ['REFUSED'],
}
const bar = 0.97

/** Names as the questions write them: this test knows the phrasings, not the system. */
const ofKind = (kind: NamedThing['kind'], names: string): NamedThing[] =>
  names.split(' ').map((name) => ({ kind, name, id: name }))
const things = createGazetteer([
  ...ofKind('CLUSTER', 'harbour-east harbour-west quay-07 dock-lab'),
  ...ofKind('NODE', 'worker-1 worker-2 worker-3 worker-4'),
  ...ofKind('NAMESPACE', 'shop payments messaging ml ran monitoring'),
  ...ofKind('SERVICE', 'gateway orders catalogue search profile billing notify ranker events-bus'),
  ...ofKind('WORKLOAD', 'catalogue-canary trainer vdu upf billing search'),
  ...ofKind('DATABASE', 'billing-db'),
  ...ofKind('METRIC', 'process_resident_memory_bytes http_requests_total'),
  ...ofKind('ALERT', 'HighErrorRate HighLatency NodeDiskFilling CertificateExpiresSoon WatchdogQuiet'),
  ...ofKind('RUNBOOK', 'restart-pool'),
  ...ofKind('PERSON', 'dana team-ml'),
])

function readLast(texts: readonly string[]) {
  const before: Understanding[] = []
  let last = readQuestion('', { things, nowMs: 0, keptMs: 0, before, clusterContext: [] })
  for (const text of texts) {
    last = readQuestion(text, {
      things,
      nowMs: Date.parse('2026-11-21T14:30:00Z'),
      keptMs: 7_200_000,
      before,
      clusterContext: [],
    })
    before.push(understood(last))
  }
  return last
}

test('nearly all canonical questions are read as something plausible', () => {
  const judged = asked.filter(({ id }) => plausible[id.split('-')[0]!] !== undefined)
  const wrong = judged
    .map(({ id, before, question }) => ({ id, intent: readLast([...before, question]).intent }))
    .filter(({ id, intent }) => !plausible[id.split('-')[0]!]!.includes(intent))
    .map(({ id, intent }) => `${id}: ${intent}`)
  expect(judged.length).toBeGreaterThan(120)
  expect(wrong.length / judged.length, wrong.join(', ')).toBeLessThanOrEqual(1 - bar)
})

test('what a person has to choose is asked back, an unknown name is unknown, a proposal is an act', () => {
  const misread = asked.filter(({ id, before, question, outcome }) => {
    const { intent, ambiguous, unknown, time } = readLast([...before, question])
    if (id.startsWith('unknown-')) return unknown.length === 0
    if (id.startsWith('range-')) return time.outOfRange !== true
    if (outcome === 'PROPOSED') return intent !== 'ACT'
    if (outcome === 'CLARIFY' && /^clarify-(?!restart|pod)/.test(id)) return ambiguous.length === 0
    return outcome === 'ANSWERED' && (intent === 'ACT' || intent === 'REFUSED' || ambiguous.length > 0)
  })
  expect(misread.map(({ id }) => id)).toEqual([])
})
