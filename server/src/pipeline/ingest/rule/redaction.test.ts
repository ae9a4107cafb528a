import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtInRedaction, redact, redactionOf } from './redaction.ts'

const clean = (text: string): string => redact(text, [builtInRedaction], () => undefined)

describe('redaction', () => {
  it.each([
    ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer «credential»'],
    ['connect postgres://ana:hunter2@db:5432/shop', 'connect postgres://ana:«password»@db:5432/shop'],
    ['password="hunter two" user=ana', 'password=«secret» user=ana'],
    ['{"api_key": "k-1234", "n": 1}', '{"api_key": «secret», "n": 1}'],
    ['key AKIAIOSFODNN7EXAMPLE used', 'key «access key» used'],
    [`jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN`, 'jwt «token»'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- end', '«private key» end'],
    ['paid with 4111 1111 1111 1111 today', 'paid with «card number» today'],
  ])('takes a secret out of %j', (text, kept) => {
    expect(clean(text)).toBe(kept)
  })

  it.each([
    'order 4111111111111112 has no valid check digit',
    'GET /token/refresh 200 in 12 ms',
    'the secret of success is work',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736 at 2026-11-21T04:00:00.123456789Z',
    'https://example.com:8443/path?x=1',
  ])('leaves %j as it is', (text) => {
    expect(clean(text)).toBe(text)
  })

  it('is done once: a text that was cleaned stays as it is', () => {
    const part = fc.constantFrom(
      'password=',
      'x',
      'Bearer abcdefgh1',
      ' ',
      '4111 1111 1111 1111',
      '://u:p@h',
      '"',
      '«secret»',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const once = clean(parts.join(''))
        expect(clean(once)).toBe(once)
      }),
    )
  })

  it('is not held up by any text', () => {
    for (const unit of ['a:', 'password=', '1234 ', '-----BEGIN PRIVATE KEY-----', 'eyJ.', '://'])
      expect(clean(unit.repeat(60_000)).length).toBeLessThanOrEqual(262_144 * 4)
  }, 10_000)

  it("replaces what a rule's own pattern finds, groups included", () => {
    const found: string[] = []
    const own = redactionOf('mail', '([a-z]+)@example\\.com', '«$1»')
    expect(redact('from ana@example.com', [own], (name) => found.push(name))).toBe('from «ana»')
    expect(found).toEqual(['mail'])
    expect(() => redactionOf('bad', '(', '')).toThrow('cannot be read')
  })
})
