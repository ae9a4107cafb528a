import { describe, expect, test } from 'vitest'
import { converse, names, nowMs, read, understood } from './asked.suite.ts'

describe('a question after another', () => {
  test.each([
    [['is ledger ok', 'and its logs?'], 'SHOW_LOGS', 'SERVICE ledger'],
    [['is ledger ok', 'why?'], 'WHY', 'SERVICE ledger'],
    [['why is ledger slow', 'what about checkout?'], 'WHY', 'SERVICE checkout'],
    [['why is ledger slow', 'since when?'], 'WHEN_STARTED', 'SERVICE ledger'],
    [['cpu of metal-1', 'same for metal-2'], 'METRIC_VALUE', 'NODE metal-2'],
    [['cpu of metal-1', 'and memory?'], 'METRIC_VALUE', 'NODE metal-1'],
    [['why is ledger slow', 'who owns it'], 'OWNER', 'SERVICE ledger'],
    [['why is ledger slow', 'restart it'], 'ACT', 'SERVICE ledger'],
    [['logs of ledger', 'what changed there?'], 'WHAT_CHANGED', 'SERVICE ledger'],
    [['is ledger ok', 'why?', 'and what can I do about it?'], 'NEXT_STEPS', 'SERVICE ledger'],
    [['what is broken', 'and ledger?'], 'HEALTH', 'SERVICE ledger'],
    [['error rate of ledger', 'and an hour ago?'], 'METRIC_VALUE', 'SERVICE ledger'],
  ])('%j is %s of %s', (texts, intent, name) => {
    const question = converse(...texts)
    expect([question.intent, names(question)[0], question.isFollowUp]).toEqual([intent, name, true])
  })

  test('takes the metric and the time along', () => {
    const question = converse('p95 of ledger in the last 10 minutes', 'and checkout?')
    expect(question.slots.metric?.aspect).toBe('LATENCY')
    expect(question.time.startMs).toBe(nowMs - 600_000)
  })

  test('compares with what was spoken of', () => {
    expect(names(converse('cpu of metal-1', 'compare it with metal-2'))).toEqual([
      'NODE metal-1',
      'NODE metal-2',
    ])
  })

  test('"the incident" is the one that was spoken of', () => {
    const before = [understood(read('why is ledger slow'), '0190-7')]
    expect(names(read('write a report of this incident', { before }))).toEqual(['INCIDENT 0190-7'])
  })

  test('narrows a list', () => {
    const question = converse('which alerts are firing', 'only the critical ones')
    expect([question.intent, question.slots.severity]).toEqual(['LIST_ALERTS', 'CRITICAL'])
  })

  test('a question that stands alone takes nothing', () => {
    const question = converse('is ledger ok', 'which clusters are offline?')
    expect([question.isFollowUp, question.entities]).toEqual([false, []])
  })

  test('a new name takes no old one', () => {
    expect(names(converse('is ledger ok', 'and what is wrong with search?'))).toEqual(['SERVICE search'])
  })
})
