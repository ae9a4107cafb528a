import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelTest, parseMatcher } from './matcher.ts'

describe('a matcher', () => {
  it.each([
    ['alertname=Slow', { name: 'alertname', op: '=', value: 'Slow' }],
    ['alertname="Slow"', { name: 'alertname', op: '=', value: 'Slow' }],
    ['{ alertname != "a b" }', { name: 'alertname', op: '!=', value: 'a b' }],
    ['service=~pay.*|cart', { name: 'service', op: '=~', value: 'pay.*|cart' }],
    ['"service.name"!~"x\\"y"', { name: 'service.name', op: '!~', value: 'x"y' }],
    ['service.name=cart', { name: 'service.name', op: '=', value: 'cart' }],
    ['a=', { name: 'a', op: '=', value: '' }],
    ['a="x=y"', { name: 'a', op: '=', value: 'x=y' }],
  ])('is read from %s', (text, matcher) => {
    expect(parseMatcher(text)).toEqual(matcher)
  })

  it.each([
    '',
    'alertname',
    '=x',
    '""=x',
    'a="x',
    'a=~(',
    'a=~(?=x)',
    'a=~x{5000}',
    `a=~${'x'.repeat(2_000)}`,
  ])('is refused with a sentence: %s', (text) => {
    expect(() => parseMatcher(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_REQUEST',
        message: expect.stringMatching(/^bad matcher .*: ./),
      }),
    )
  })

  it('fits the whole value, an absent label being empty', () => {
    const fits = (text: string, labels: Record<string, string>) => labelTest([parseMatcher(text)])(labels)
    expect(fits('a=~b', { a: 'abc' })).toBe(false)
    expect(fits('a=~.*b.*', { a: 'a\nbc' })).toBe(true)
    expect(fits('a=~b|c', { a: 'c' })).toBe(true)
    expect(fits('a!=b', {})).toBe(true)
    expect(fits('a=', {})).toBe(true)
    expect(fits('a=~.+', {})).toBe(false)
    expect(fits('a!~b', { a: 'bb' })).toBe(true)
    expect(fits('constructor=~.+', {})).toBe(false)
  })

  it('does not hold the process with a pattern that backtracking engines choke on', () => {
    const began = performance.now()
    expect(labelTest([parseMatcher('a=~(x+x+)+y')])({ a: 'x'.repeat(4_000) })).toBe(false)
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('reads any text or says why not', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          labelTest([parseMatcher(text)])({ a: 'b' })
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_REQUEST' })
        }
      }),
    )
  })

  it('reads back what it writes quoted', () => {
    const name = fc.stringMatching(/^[a-z_.]{1,10}$/)
    fc.assert(
      fc.property(name, fc.constantFrom('=', '!='), fc.string({ unit: 'grapheme' }), (label, op, value) => {
        fc.pre(!value.includes('\0') && value.isWellFormed())
        const text = `${label}${op}"${value.replace(/[\\"]/g, '\\$&')}"`
        expect(parseMatcher(text)).toEqual({ name: label, op, value })
      }),
    )
  })
})
