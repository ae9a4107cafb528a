import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** What the compliance tester of PromLabs puts in place of the list's variables. */
const arithmetic = ['+', '-', '*', '/', '%', '^']
const comparison = ['==', '!=', '<', '>', '<=', '>=']
const variants: Record<string, readonly string[]> = {
  range: ['1s', '15s', '1m', '5m', '15m', '1h'],
  offset: ['1m', '5m', '10m'],
  simpleAggrOp: ['sum', 'avg', 'max', 'min', 'count', 'stddev', 'stdvar'],
  simpleTimeAggrOp: ['sum', 'avg', 'max', 'min', 'count', 'stddev', 'stdvar', 'absent', 'last', 'present'],
  topBottomOp: ['topk', 'bottomk'],
  quantile: ['-0.5', '0.1', '0.5', '0.75', '0.95', '0.90', '0.99', '1', '1.5'],
  arithBinOp: arithmetic,
  compBinOp: comparison,
  binOp: [...arithmetic, ...comparison],
  simpleMathFunc: ['abs', 'ceil', 'floor', 'exp', 'sqrt', 'ln', 'log2', 'log10', 'round'],
  extrapolatedRateFunc: ['delta', 'rate', 'increase'],
  clampFunc: ['clamp_min', 'clamp_max'],
  instantRateFunc: ['idelta', 'irate'],
  dateFunc: [
    'day_of_month',
    'day_of_week',
    'day_of_year',
    'days_in_month',
    'hour',
    'minute',
    'month',
    'year',
  ],
}

type TestCase = { query: string | number; variant_args?: string[]; should_fail?: boolean }
export type ComplianceQuery = { query: string; shouldFail: boolean }

/** Every query of a compliance list, its variables put in. */
export function complianceQueries(file: string): ComplianceQuery[] {
  const { test_cases: cases } = parse(readFileSync(file, 'utf8')) as { test_cases: TestCase[] }
  return cases.flatMap(({ query, variant_args: names = [], should_fail: shouldFail = false }) =>
    names
      .reduce<string[]>(
        (queries, name) =>
          queries.flatMap((text) =>
            (variants[name] ?? []).map((value) => text.replaceAll(`{{.${name}}}`, value)),
          ),
        [String(query)],
      )
      .map((text) => ({ query: text, shouldFail })),
  )
}
