import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

it('is the same text however the members of an object were put in', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.infiniteStream(fc.nat()), (value, order) => {
      expect(canonicalJson(shuffled(value, order))).toBe(canonicalJson(value))
    }),
  )
})

it('says what the value says, and says it again when read', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(JSON.parse(text))).toBe(text)
    }),
  )
})

it('differs for values that differ', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const plain = [a, b].map((value) => JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(a) === canonicalJson(b)).toBe(
        JSON.stringify(sorted(plain[0])) === JSON.stringify(sorted(plain[1])),
      )
    }),
  )
})

it('orders keys by UTF-16 code units and writes numbers and strings as ECMAScript does', () => {
  const value = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
    literals: [null, true, false],
  }
  expect(canonicalJson(value)).toBe(
    '{"\\r":"Carriage Return","1":"One","literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],' +
      '"\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  )
})

it('records what JSON has no word for', () => {
  expect(canonicalJson({ b: undefined, a: Number.NaN, s: '\ud800' })).toBe('{"a":null,"s":"\\ud800"}')
  expect(canonicalJson(undefined)).toBe('null')
})

function shuffled(value: unknown, order: Iterable<number>): unknown {
  const next = order[Symbol.iterator]()
  const mix = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(mix)
    if (one === null || typeof one !== 'object') return one
    const ranked = Object.entries(one).map(([key, member]) => ({ rank: next.next().value ?? 0, key, member }))
    ranked.sort((a, b) => a.rank - b.rank)
    return Object.fromEntries(ranked.map(({ key, member }) => [key, mix(member)]))
  }
  return mix(value)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, sorted(member), {}])
}
