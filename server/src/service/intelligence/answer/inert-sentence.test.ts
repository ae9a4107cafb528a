import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hostileText, hostileTexts } from './hostile-text.suite.ts'
import { inertSentence } from './inert-sentence.ts'

it.each([
  ['billing is slow: p95 1.9 s (80 ms before), since 14:05 UTC, 26 min ago.'],
  ['Pod billing-7d9f is waiting: `ImagePullBackOff [x](y)`.'],
  ['`http_request_duration_seconds_bucket` and db_pool_connections_used rose; 5 < 6 & 7 > 3, a * b.'],
  ['By hand: `kubectl get pod -n shop x`; to see it, for “shop/x”, /var, 50 %.'],
])('leaves a sentence of ours as it is: %s', (text) => {
  expect(inertSentence(text)).toBe(text)
})

it.each([
  ['see [this](https://evil.example/a), please', 'see `[this](https://evil.example/a)`, please'],
  ['(https://evil.example)', '(`https://evil.example`)'],
  ['a [b c](https://evil.example) d', 'a `[b c](https://evil.example)` d'],
  ['# all is well', '`#` all is well'],
  ['all is well [e1][c2]', 'all is well {e1}{c2}'],
  ['[[e1]]', '`[{e1}]`'],
  ['a `b', "a 'b"],
  ['`a`[b](c)', '`a` `[b](c)`'],
  ['a\nb\u001b[2Jc', 'a b `[2Jc`'],
])('shows what means something in Markdown as code: %j', (text, shown) => {
  expect(inertSentence(text)).toBe(shown)
})

it('is one bounded line of visible characters, in which nothing is cited, and stays as it is', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { maxLength: 4 }), (names) => {
      const shown = inertSentence(`The pod ${names.join(' of ')} fails: \`${names[0] ?? ''}\`.`)
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]|[[(]\s*[ec]\d+(?:\s*,\s*[ec]\d+)*\s*[\])]/iu)
      expect(shown.match(/`/g)?.length ?? 0).toSatisfy((count: number) => count % 2 === 0)
      expect(shown.length).toBeLessThan(20_000)
      expect(inertSentence(shown)).toBe(shown)
    }),
  )
  for (const text of hostileTexts) expect(inertSentence(text).length).toBeLessThan(20_000)
})
