import type { Intent } from '@aiops/contract/model/answer'
import { expect, test } from 'vitest'
import { hear, hearAll } from './colloquial.suite.ts'

const names = (all: readonly { name: string }[] | undefined): string[] => (all ?? []).map(({ name }) => name)

test.each<[Intent, string]>([
  ['BLAST_RADIUS', 'is it safe to reboot hut-2 now'],
  ['WHAT_IS_BROKEN', 'should i wake somebody or can it wait'],
  ['METRIC_COURSE', 'is it getting better or worse'],
  ['METRIC_COURSE', 'is booking recovering'],
  ['AUDIT', 'anything from ines in the last hour'],
  ['WHAT_CHANGED', 'show me the diff of fare-settings'],
  ['LIST_ALERTS', 'any certificate that runs out soon'],
  ['PENDING_PODS', 'can fares-import start if I free a gpu'],
  ['COMPARE', 'hut-1 or hut-2, which one has more headroom'],
  ['ACT', 'give seats 2Gi so that it stops dying'],
  ['UNKNOWN', 'mean time to repair in the last 30 days'],
])('%s: %s', (intent, text) => {
  expect(hear(text).intent).toBe(intent)
})

test('whether something should be done is no order to do it', () => {
  for (const text of [
    'can we deploy seats now or is this a bad moment',
    'is it risky to restart booking',
    'is it a good idea to drain hut-1',
  ])
    expect(hear(text).intent, text).not.toBe('ACT')
})

test('what a question leaves out is no subject of it', () => {
  const question = hear('apart from booking and seats is everything fine')
  expect([question.intent, question.entities, names(question.except)]).toEqual([
    'WHAT_IS_BROKEN',
    [],
    ['booking', 'seats'],
  ])
})

test('a word of an alert name that is an everyday verb does not name the alert', () => {
  expect(hear('can it wait till morning').entities).toEqual([])
})

test('those that are not affected are asked for, not those that are', () => {
  expect(hear('which services are not affected by the booking outage').slots.unaffected).toBe(true)
  expect(hear('which services are affected by the booking outage').slots.unaffected).toBeUndefined()
})

test('the other end of a ranking is of the same measure', () => {
  const top = hear('top 3 services by cpu')
  const { intent, slots } = hear('and the bottom 3?', [
    {
      ...{ intent: top.intent, score: top.score, entities: [], incident_id: null, time: null },
      metric: top.slots.metric?.aspect ?? null,
    },
  ])
  expect([intent, slots.order, slots.metric?.aspect]).toEqual(['TOP', 'FEWEST', 'CPU'])
})

test('a weak reading says which words it did not understand', () => {
  expect(hear('booking llama quux').unread).toEqual(expect.arrayContaining(['llama']))
})

test('two questions in one sentence are both read, the second in the light of the first', () => {
  const { intent, also = [] } = hearAll('what changed on booking, and who owns it?')
  expect([intent, also.map((one) => [one.intent, names(one.entities)])]).toEqual([
    'WHAT_CHANGED',
    [['OWNER', ['booking']]],
  ])
})

test('one question with an aside stays one', () => {
  expect(hearAll('why is booking slow, is it the database?').also).toBeUndefined()
})
