import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf, blockReader } from './ip-block.ts'

const has = (cidr: string, text: string, except: string[] = []): boolean => {
  const address = addressOf(text)
  return address !== undefined && blockReader({ cidr, except })(address)
}

test.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.7/32', '10.0.0.7', true],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['::/0', '::ffff:10.0.0.1', true],
  ['::ffff:10.0.0.0/104', '::ffff:10.9.9.9', true],
  ['fe80::1/128', 'FE80:0:0:0:0:0:0:1', true],
  ['10.0.0.0', '10.0.0.0', false],
  ['10.0.0.0/33', '10.0.0.0', false],
  ['x/8', '10.0.0.0', false],
])('%s has %s: %s', (cidr, address, expected) => {
  expect(has(cidr, address)).toBe(expected)
})

test('exceptions are holes', () => {
  expect(has('10.0.0.0/8', '10.1.2.3', ['10.1.0.0/16'])).toBe(false)
  expect(has('10.0.0.0/8', '10.2.2.3', ['10.1.0.0/16'])).toBe(true)
})

test.each([
  '',
  '1.2.3',
  '256.1.1.1',
  '1::2::3',
  ':',
  '1:2:3:4:5:6:7:8:9',
  'g::',
  '12345::',
  '1.2.3.4:80',
  '::1.2.3',
])('%j is no address', (text) => {
  expect(addressOf(text)).toBeUndefined()
})

test('an address of eight groups is read as it is written, shortened or not', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(groups, fc.nat(7), fc.nat(7), (parts, a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const zeroed = parts.map((part, i) => (i >= from && i <= to ? 0 : part))
      const hex = zeroed.map((part) => part.toString(16))
      const short = `${hex.slice(0, from).join(':')}::${hex.slice(to + 1).join(':')}`
      const value = zeroed.reduce((sum, part) => (sum << 16n) | BigInt(part), 0n)
      expect(addressOf(hex.join(':'))?.value).toBe(value)
      expect(addressOf(short)?.value).toBe(value)
    }),
  )
})
