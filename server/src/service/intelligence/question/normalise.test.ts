import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalise, questionCharsMax } from './normalise.ts'
import { tokenise } from './token.ts'

test.each([
  ['  what\n is\t broken  ', 'what is broken'],
  ['ｗｈａｔ', 'what'],
  ['what’s “broken”', 'what\'s "broken"'],
  ['bil\u200bling\u00ad', 'billing'],
  ['a\u{e0041}\u{e0042}b', 'ab'],
  ['worker‑3', 'worker-3'],
  ['x\u202ey', 'xy'],
  ['\ud800a', '\ufffda'],
])('%j becomes %j', (text, clean) => {
  expect(normalise(text)).toBe(clean)
})

test('whatever comes is cut, and stays as it is the second time', () => {
  expect(normalise('ﷺ'.repeat(5_000)).length).toBeLessThanOrEqual(questionCharsMax)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      const once = normalise(text)
      expect(normalise(once)).toBe(once)
    }),
  )
})

const typed = (text: string) => tokenise(normalise(text)).map((token) => `${token.type} ${token.text}`)

test.each([
  ["what's", ['WORD what', 'WORD is']],
  ["hasn't", ['WORD has', 'WORD not']],
  ["worker-3's disk", ['NAME worker-3', 'WORD disk']],
  ['http_requests_total', ['NAME http_requests_total']],
  ['shop/search?', ['NAME shop/search', 'MARK ?']],
  ['10.0.0.1:8080', ['ADDRESS 10.0.0.1:8080']],
  ['inc-12 and #7', ['INCIDENT inc-12', 'WORD and', 'INCIDENT #7']],
  ['4bf92f3577b34da6', ['TRACE_ID 4bf92f3577b34da6']],
  ['at 14:05, 2pm', ['WORD at', 'CLOCK 14:05', 'MARK ,', 'CLOCK 2pm']],
  ['2026-11-21T14:05:00Z', ['DATE 2026-11-21T14:05:00Z']],
  ['90% 30m 2.7.0', ['MEASURE 90%', 'MEASURE 30m', 'NUMBER 2.7.0']],
  ['"a b" `c-d`', ['QUOTED a b', 'QUOTED c-d']],
  ['größe', ['WORD größe']],
])('%s is cut into %j', (text, tokens) => {
  expect(typed(text)).toEqual(tokens)
})

test.each([
  ['pods', 'pod'],
  ['failing', 'fail'],
  ['failed', 'fail'],
  ['broke', 'break'],
  ['queries', 'queries'],
  ['dependencies', 'dependency'],
  ['restarting', 'restart'],
  ['changed', 'change'],
  ['dropped', 'drop'],
  ['status', 'status'],
  ['series', 'series'],
  ['worst', 'worst'],
  ['news', 'news'],
])('%s folds into %s', (word, folded) => {
  expect(tokenise(word)[0]?.lemma).toBe(folded)
})
