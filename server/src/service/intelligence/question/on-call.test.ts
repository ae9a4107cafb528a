import type { Intent } from '@aiops/contract/model/answer'
import { expect, test } from 'vitest'
import { hear } from './colloquial.suite.ts'

/** As engineers on call type them. */
test.each<[Intent, string]>([
  ['OWNER', 'who do I call about booking at 3am'],
  ['TIMELINE', 'did seats break before or after booking'],
  ['LIST_PODS', 'which pods were on hut-2 when it died'],
  ['LIST_PODS', 'how many replicas does loyalty have now, and since when'],
  ['WHAT_CHANGED', 'who turned on new-fares'],
  ['COUNT_ALERTS', 'how many alerts are firing and how many are silenced'],
  ['SILENCED_ALERTS', 'how many alerts are silenced'],
  ['SILENCED_ALERTS', 'why is the certificate alert quiet'],
])('%s: %s', (intent, text) => {
  const question = hear(text)
  expect([question.intent, question.unknown, question.ambiguous]).toEqual([intent, [], []])
})

test('an hour at which somebody would call is no range to look at', () => {
  const { time } = hear('who do I call about booking at 3am')
  expect(time.outOfRange).toBeUndefined()
})
