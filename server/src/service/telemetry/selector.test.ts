import { expect, it } from 'vitest'
import { parseSelector } from './selector.ts'

it.each([
  ['up', [['__name__', '=', 'up']]],
  ['http.server.request.duration:p95', [['__name__', '=', 'http.server.request.duration:p95']]],
  [
    'up{job="a",instance!~"b.*"}',
    [
      ['__name__', '=', 'up'],
      ['job', '=', 'a'],
      ['instance', '!~', 'b.*'],
    ],
  ],
  ['{service.name="front"}', [['service.name', '=', 'front']]],
  [
    '{"http.duration", "service.name"=~"a|b",}',
    [
      ['__name__', '=', 'http.duration'],
      ['service.name', '=~', 'a|b'],
    ],
  ],
  [
    `{a='it\\'s', b=\`\\d\`}`,
    [
      ['a', '=', "it's"],
      ['b', '=', '\\d'],
    ],
  ],
])('reads %s', (text, expected) => {
  expect(parseSelector(text).map((m) => [m.name, m.op, m.value])).toEqual(expected)
})

it.each(['', '{}', 'up{', 'up{a}', 'up{a=b}', 'up{a="b"', 'up} ', 'a b', '{a="b"}x', '{="b"}', 'up{a="b}'])(
  'refuses %j in a sentence',
  (text) => {
    expect(() => parseSelector(text)).toThrowError(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  },
)
