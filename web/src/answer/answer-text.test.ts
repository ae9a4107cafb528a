import type { Answer } from '@aiops/contract/model/answer'
import { describe, expect, it } from 'vitest'
import { argumentText, callSummary } from './call-text.ts'
import { engineText } from './engine-text.ts'
import { cellText, fieldText } from './field-text.ts'
import { pagePath } from './page-path.ts'

describe('texts of an answer', () => {
  it('put arguments in a line and leave out what says nothing', () => {
    expect(
      argumentText({
        service: 'billing',
        limit: 20,
        status: ['OPEN', 'CLOSED'],
        text: '',
        ids: [],
        at: null,
      }),
    ).toBe('service=billing, limit=20, status=OPEN|CLOSED')
  })

  it('say how much was looked at and what could not be', () => {
    const call = { status: 'OK' as const, ms: 3 }
    expect(callSummary([call, call], 0.2)).toBe('Looked at 2 things in 0.2 s')
    expect(callSummary([call, { status: 'TIMEOUT', ms: 9 }], 12.4)).toBe(
      'Looked at 2 things in 12 s; 1 could not be looked at',
    )
  })

  it('name the engine, and tokens and money only where there were any', () => {
    const answer = { engine: 'deterministic', model: null, seconds: 0.04, usage: null } as Answer
    expect(engineText(answer)).toEqual(['By rule', 'under 0.1 s'])
    const usage = {
      provider: 'lab',
      model: 'm',
      input_tokens: 1_000,
      output_tokens: 234,
      cost_usd: 0.002,
      calls: 1,
    }
    expect(engineText({ ...answer, engine: 'lab', model: 'm', seconds: 2, usage })).toEqual([
      ...['lab / m', '2.0 s', '1,234 tokens', '$0.0020'],
    ])
    expect(engineText({ ...answer, usage: { ...usage, cost_usd: null } })).toContain('1,234 tokens of lab')
  })

  it('move the unit from the name of a field to its number', () => {
    expect(fieldText('memory_used_mib', 70_000)).toEqual({ name: 'Memory used', value: '70,000\u00a0MiB' })
    expect(fieldText('status_percent', 'OPEN')).toEqual({ name: 'Status percent', value: 'OPEN' })
    expect([cellText(null), cellText(0), cellText(true), cellText(Number.NaN)]).toEqual([
      '–',
      '0',
      'yes',
      '–',
    ])
  })

  it('lead to pages of this app only', () => {
    expect(pagePath('/incidents/42?a=b')).toBe('/incidents/42?a=b')
    for (const link of [
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'https://a.example',
      'javascript:1',
      null,
    ])
      expect(pagePath(link)).toBeUndefined()
  })
})
