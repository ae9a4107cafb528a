import type { Intent } from '@aiops/contract/model/answer'
import { describe, expect, test } from 'vitest'
import { createGazetteer } from './gazetteer.ts'
import type { NamedThing, Question } from './question.ts'
import { readQuestion } from './read-question.ts'

const service = (name: string): NamedThing => ({ kind: 'SERVICE', name, id: `service/${name}` })

const hear = (text: string, known: readonly string[] = []): Question =>
  readQuestion(text, {
    things: createGazetteer([...['gateway', 'orders'].map(service), ...known.map(service)]),
    nowMs: Date.parse('2026-11-21T14:30:00Z'),
    keptMs: 7_200_000,
    before: [],
    clusterContext: [],
  })

/** X stands where an entity stands; what is asked is the same whatever X is called. */
const places: readonly [Intent, string][] = [
  ['WHY', 'why is X failing?'],
  ['WHY', 'why is X so slow'],
  ['HEALTH', 'is X healthy?'],
  ['WHEN_STARTED', 'when did X start failing?'],
  ['RESTARTS', 'how often did X restart?'],
  ['BLAST_RADIUS', 'what breaks if X goes down?'],
  ['SHOW_LOGS', 'show me the logs of X'],
  ['LIST_PODS', 'show the pods of X'],
]
const placesOfKnown: readonly [Intent, string][] = [
  ...places,
  ['HEALTH', 'status of X'],
  ['HEALTH', 'how is X doing?'],
  ['HEALTH', 'is X down'],
  ['OWNER', 'who owns X?'],
  ['DEPENDENCIES', 'what depends on X?'],
  ['LIST_ALERTS', 'which alerts are firing on X?'],
  ['METRIC_VALUE', 'p95 latency of X?'],
  ['WHAT_CHANGED', 'what changed on X in the last hour?'],
]
/** Each is, or holds, a word by which questions of another kind are known. */
const compound =
  'cost-service price-api report-api trace-collector alerts-api log-shipper budget-svc metric-gateway cluster-agent node-exporter silence-api slo-checker runbook-runner incident-bot deploy-bot'.split(
    ' ',
  )
const single = 'cost forecast budget audit'.split(' ')
const business = 'billing pricing report chat'.split(' ')

describe('a name is no hint of what is asked', () => {
  test.each(placesOfKnown)('%s: %s, where it is the name of a service', (intent, text) => {
    for (const name of [...compound, ...single, ...business, 'notify', 'search', 'policy']) {
      const question = hear(text.replace('X', name), [name])
      expect([name, question.intent, question.entities.map((one) => one.name)]).toEqual([
        name,
        intent,
        [name],
      ])
    }
  })

  test.each(places)('%s: %s, where nothing is called so, which is said', (intent, text) => {
    for (const name of [...compound, ...single]) {
      const question = hear(text.replace('X', name))
      expect([name, question.intent, question.unknown.map((one) => one.text)]).toEqual([name, intent, [name]])
    }
  })

  test('what customers call a thing leaves the question as it is, and is told apart from what is known', () => {
    for (const name of business) {
      expect(hear(`why is ${name} failing?`)).toMatchObject({ intent: 'WHY', topics: [name], unknown: [] })
      expect(hear(`why is the ${name} failing?`)).toMatchObject({ intent: 'WHY', topics: [name] })
      expect(hear(`p95 latency of ${name}?`)).toMatchObject({ intent: 'METRIC_VALUE', topics: [name] })
      expect(hear(`why is ${name} failing?`, [name]).topics).toBeUndefined()
    }
  })

  test('a service whose name begins so is meant', () => {
    expect(hear('why is billing failing?', ['billing-worker']).entities).toMatchObject([
      { name: 'billing-worker' },
    ])
  })
})

test('what the platform is called is no service, though one is called so', () => {
  for (const text of [
    'recent warnings from kubernetes',
    'is kubernetes healthy',
    'what is wrong with kubernetes',
  ])
    expect(hear(text, ['kubernetes']).entities).toEqual([])
})

test.each<[Intent, string]>([
  ['COST', 'why is cost up'],
  ['COST', 'what does gateway cost'],
  ['COST', 'is the bill higher this month'],
  ['BUDGETS', 'are we over budget this month'],
  ['REPORT', 'write a report'],
  ['FORECAST', 'forecast of the disk of gateway'],
  ['TRACES', 'show me slow traces'],
  ['PTP', 'is the clock in sync'],
  ['ANOMALIES', 'is anything unusual'],
  ['PENDING_PODS', 'why is scheduling stuck'],
])('%s: %s still asks for that', (intent, text) => {
  const question = hear(text)
  expect([question.intent, question.unknown, question.topics]).toEqual([intent, [], undefined])
})

test('a name is no order either, whatever verb it looks like', () => {
  expect(hear('is notify healthy', ['notify']).intent).toBe('HEALTH')
  expect(hear('restart notify', ['notify']).intent).toBe('ACT')
})
