import { expect, test } from 'vitest'
import { hear, hearAll } from './colloquial.suite.ts'

const heard = (text: string) => {
  const whole = hearAll(text)
  return [whole, ...(whole.also ?? [])].map(({ intent, entities }) => [
    intent,
    ...entities.map(({ name }) => name),
  ])
}

test('how several things are is asked of each', () => {
  expect(heard('booking and seats alright?')).toEqual([
    ['HEALTH', 'booking'],
    ['HEALTH', 'seats'],
  ])
  expect(heard('is alpine-dr in better shape than alpine-prod')).toEqual([
    ['HEALTH', 'alpine-dr'],
    ['HEALTH', 'alpine-prod'],
  ])
})

test('several percentiles are several values', () => {
  const whole = hearAll('p50 p95 and p99 latency of booking')
  expect([whole, ...(whole.also ?? [])].map(({ slots }) => slots.metric?.quantile)).toEqual([0.5, 0.95, 0.99])
})

test('of two questions in one sentence each keeps its own direction', () => {
  const { slots, also } = hearAll('does anything call seats, and who owns it?')
  expect([slots.direction, also?.map(({ intent }) => intent)]).toEqual(['UP', ['OWNER']])
})

test.each([
  ['which alerts have nothing to do with booking', 'booking'],
  ['leaving pricing aside, what is broken', 'pricing'],
])('%s leaves it out', (text, name) => {
  expect(hear(text).except?.map((one) => one.name)).toEqual([name])
})

test('that one thing has nothing to do with another leaves nothing out', () => {
  expect(hear('has booking nothing to do with seats then').except).toBeUndefined()
})

test.each([
  ['DEPLOYMENTS', 'who approved deployment 14'],
  ['WHAT_CHANGED', 'dark-mode flag, on since when'],
  ['REPORT', 'handover for the night shift'],
  ['COMPARE', 'set the cpu of hut-1 beside that of hut-2'],
  ['UNKNOWN', 'what is the mttr of booking'],
  ['REFUSED', 'how is the weather in Lisbon'],
])('%s is meant by: %s', (intent, text) => {
  expect(hear(text).intent).toBe(intent)
})

test('the night shift is no time, and some hours are more than one', () => {
  expect(hear('handover for the night shift').time.text).toBe('')
  const { startMs, endMs } = hear('what changed in the last hours').time
  expect(endMs - startMs).toBeGreaterThan(3_600_000)
})

test('words that nobody knows make a reading weaker', () => {
  expect(hear('is booking quuxish blorp').score).toBeLessThan(hear('is booking alright').score)
})
