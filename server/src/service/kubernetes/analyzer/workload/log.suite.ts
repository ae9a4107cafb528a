import type { LogLine } from '../../view.ts'
import type { RuleCase } from '../rule.ts'
import { at, pod } from './object.suite.ts'

const before = (seconds: number, text: string): LogLine => ({
  timeMs: Date.parse(at) - seconds * 1_000,
  text,
})
const usual = Array.from({ length: 60 }, (_, i) =>
  before(3_600 - i * 55, `level=info msg="GET /cart" ms=${i}`),
)
const spread = (text: (i: number) => string, count: number, seconds: number): LogLine[] =>
  Array.from({ length: count }, (_, i) => before(seconds - (i * seconds) / count, text(i)))

export const logCases: readonly RuleCase[] = [
  {
    rule: 'log-error-burst',
    at,
    finds: 'web-1',
    positive: [pod()],
    positiveLogs: {
      'shop/web-1/app': [
        ...usual,
        ...spread((i) => `level=error msg="cannot reach payment" attempt=${i}`, 40, 240),
      ],
    },
    negative: [pod()],
    negativeLogs: {
      'shop/web-1/app': [
        ...usual,
        ...spread((i) => `level=info msg="no error in error report ${i}, 0 failed"`, 40, 240),
      ],
    },
  },
  {
    rule: 'log-error-burst',
    at,
    finds: 'web-1',
    positive: [pod()],
    positiveLogs: {
      'shop/web-1/app': [...usual, ...spread((i) => `E0501 11:58:00.000 1 cart.go:7] dial ${i}`, 40, 240)],
    },
    negative: [pod()],
    // It has always written so.
    negativeLogs: { 'shop/web-1/app': spread((i) => `ERROR cannot reach payment, attempt ${i}`, 600, 3_600) },
  },
  {
    rule: 'log-fatal',
    at,
    finds: 'web-1',
    positive: [pod()],
    positiveLogs: {
      'shop/web-1/app': [...usual, before(60, 'panic: runtime error: index out of range [3] with length 2')],
    },
    negative: [pod()],
    negativeLogs: {
      'shop/web-1/app': [
        ...usual,
        before(60, '2026-05-01 11:59:00 INFO fatal errors so far: 0, panic: none'),
      ],
    },
  },
]
