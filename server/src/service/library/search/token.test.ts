import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stem } from './stem.ts'
import { queryTerms, tokensOf } from './token.ts'

const termsOf = (text: string): string[] => tokensOf(text).map(({ term }) => term)

describe('words of operational texts', () => {
  it('are found by the name of a service and by its parts', () => {
    expect(termsOf('checkout-service')).toEqual(['checkout-service', 'checkout', 'servic'])
    expect(termsOf('shop.payments_v2')).toEqual(['shop.payments_v2', 'shop', 'payment', 'v2'])
    expect(termsOf('service/payments')).toContain('service/payments')
  })

  it('keep error codes and numbers as they are', () => {
    expect(termsOf('ORA-00600 and HTTP 503, 0x80070005, p95')).toEqual([
      ...['ora-00600', 'ora', '00600', 'and', 'http', '503', '0x80070005', 'p95'],
    ])
  })

  it('open what is written in humps', () => {
    expect(termsOf('CrashLoopBackOff')).toEqual(['crashloopbackoff', 'crash', 'loop', 'back', 'off'])
    expect(termsOf('OOMKilled')).toEqual(['oomkill', 'oom', 'kill'])
    expect(termsOf('HTTPServerError')).toEqual(['httpservererror', 'http', 'server', 'error'])
  })

  it('meet in their forms', () => {
    for (const [a, b] of [
      ...[['restarted', 'restarting'] as const, ['retries', 'retry'] as const],
      ...[['cache', 'caching'] as const, ['latencies', 'latency'] as const],
      ...[['enable', 'enabled'] as const, ['time', 'timing'] as const, ['exceed', 'exceeded'] as const],
    ])
      expect(stem(a)).toBe(stem(b))
    expect(stem('string')).toBe('string')
    expect(stem('k8s')).toBe('k8s')
  })

  it('lose accents and width, not their place', () => {
    const [token] = tokensOf('  Überlauf')
    expect(token).toEqual({ term: 'uberlauf', from: 2, to: 10 })
    expect(termsOf('ｅｒｒｏｒ')).toEqual(['error'])
  })

  it('stand where they say, whatever the text, and are never longer than a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const { term, from, to } of tokensOf(text)) {
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to).toBeLessThanOrEqual(text.length)
          expect(from).toBeLessThan(to)
          expect(term.length).toBeLessThanOrEqual(80)
          expect(term).toBe(term.toLowerCase())
        }
      }),
      { numRuns: 100 },
    )
  })

  it('of a question leave out what is in every text, unless nothing else is asked', () => {
    expect(queryTerms('Why is the checkout-service failing?')).toEqual([
      ...['checkout-service', 'checkout', 'servic', 'fail'],
    ])
    expect(queryTerms('what is it')).toEqual(['what', 'is', 'it'])
    expect(queryTerms('???')).toEqual([])
    expect(queryTerms(Array.from({ length: 100 }, (_, at) => `word${at}`).join(' '))).toHaveLength(32)
  })

  it('are read in time that grows with the text', () => {
    const before = process.cpuUsage()
    tokensOf('a-'.repeat(60_000))
    tokensOf('aB'.repeat(60_000))
    tokensOf('x'.repeat(120_000))
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(1.5)
  })
})
