import { TraceAnalysis } from '@aiops/contract/model/trace-analysis'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../../../kernel/steps.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import { analyzeTrace } from './analysis.ts'
import { criticalPath } from './critical-path.ts'
import { selfTimes } from './self-time.ts'
import { onOneClock } from './span-clock.ts'
import { mainRoot, spanForest } from './span-forest.ts'

const t0 = 1_700_000_000_000
const span = (
  id: number,
  parent: number,
  from: number,
  to: number,
  more: Partial<StoredSpan> = {},
): StoredSpan => ({
  ...{ traceId: 'a'.repeat(32), spanId: String(id), parentSpanId: parent === 0 ? '' : String(parent) },
  ...{ name: `op-${id}`, service: 's', kind: 'INTERNAL', startMs: t0 + from, durationMs: to - from },
  ...{ status: 'UNSET', statusMessage: '', attributes: {} },
  ...more,
})
const analyze = (...spans: StoredSpan[]) => TraceAnalysis.parse(atOnce(analyzeTrace('a'.repeat(32), spans)))
const path = (...spans: StoredSpan[]) =>
  analyze(...spans).critical_path.map(({ span_id, offset_ms, duration_ms }) => [
    span_id,
    offset_ms,
    duration_ms,
  ])
const problems = (...spans: StoredSpan[]) =>
  analyze(...spans).problems.map(({ kind, span_ids }) => [kind, span_ids.join(' ')])
const error = { status: 'ERROR' } as const

describe('the critical path', () => {
  it('goes through the one of parallel children that ended last, and through what came before it', () => {
    expect(path(span(1, 0, 0, 100), span(2, 1, 10, 30), span(3, 1, 20, 90), span(4, 3, 40, 80))).toEqual([
      ['1', 0, 20],
      ['3', 20, 20],
      ['4', 40, 40],
      ['3', 80, 10],
      ['1', 90, 10],
    ])
    expect(path(span(1, 0, 0, 100), span(2, 1, 0, 40), span(3, 1, 50, 100))).toEqual([
      ['2', 0, 40],
      ['1', 40, 10],
      ['3', 50, 50],
    ])
  })
  it('does not wait for what outlives its parent, nor for the consumer of a message', () => {
    const late = [span(1, 0, 0, 100), span(2, 1, 50, 500)]
    expect(path(...late)).toEqual([['1', 0, 100]])
    expect(problems(...late)).toEqual([['OUTLIVES_PARENT', '2']])
    const message = [
      span(1, 0, 0, 100),
      span(2, 1, 10, 20, { kind: 'PRODUCER' }),
      span(3, 2, 12, 18, { kind: 'CONSUMER' }),
    ]
    expect(path(...message)).toEqual([
      ['1', 0, 10],
      ['2', 10, 10],
      ['1', 20, 80],
    ])
  })
})

describe('what makes a trace doubtful is said', () => {
  it('clocks that differ, and moves the callee into its call', () => {
    const call = span(2, 1, 20, 60, { kind: 'CLIENT' })
    const answer = span(3, 2, 1_020, 1_050, { kind: 'SERVER', service: 'far' })
    const analysis = analyze(span(1, 0, 0, 100), call, answer, span(4, 3, 1_030, 1_040, { service: 'far' }))
    expect(analysis.problems).toMatchObject([{ kind: 'CLOCK_SKEW', span_ids: ['3'], count: 1 }])
    expect(analysis.problems[0]?.message).toContain('far seems 995 ms ahead of that of s')
    expect(analysis.critical_path.map(({ span_id, offset_ms }) => [span_id, offset_ms])).toEqual([
      ['1', 0],
      ['2', 20],
      ['3', 25],
      ['4', 35],
      ['3', 45],
      ['2', 55],
      ['1', 60],
    ])
    expect(analysis.duration_ms).toBe(100)
  })
  it('missing roots, several roots, orphans and circles', () => {
    expect(problems(span(2, 9, 0, 10), span(3, 2, 1, 5))).toEqual([
      ['MISSING_ROOT', '2'],
      ['ORPHAN_SPANS', '2'],
    ])
    expect(problems(span(1, 0, 0, 10), span(2, 0, 0, 20), span(3, 9, 0, 1))).toEqual([
      ['SEVERAL_ROOTS', '1 2'],
      ['ORPHAN_SPANS', '3'],
    ])
    expect(problems(span(1, 0, 0, 10), span(2, 3, 0, 1), span(3, 2, 0, 1), span(4, 4, 0, 1))).toEqual([
      ['CYCLE', '2 3 4'],
    ])
    expect(problems(span(4, 4, 0, 1))).toEqual([
      ['MISSING_ROOT', '4'],
      ['CYCLE', '4'],
    ])
  })
})

describe('an error', () => {
  it('begins where nothing below failed, and came as far as its ancestors failed', () => {
    const events = [
      {
        timeMs: t0,
        name: 'exception',
        attributes: { 'exception.type': 'Timeout', 'exception.message': 'm' },
      },
    ]
    const { errors } = analyze(
      ...[span(1, 0, 0, 100), span(2, 1, 0, 90, error), span(3, 2, 0, 80, error)],
      ...[span(4, 3, 0, 70, { ...error, statusMessage: 'no', events }), span(5, 1, 95, 99, error)],
    )
    const names = (spans: readonly { span_id: string }[]) => spans.map(({ span_id }) => span_id)
    expect(errors.map((one) => [one.span_id, names(one.propagated), one.handled_by?.span_id])).toEqual([
      ['4', ['3', '2'], '1'],
      ['5', [], '1'],
    ])
    expect(errors[0]).toMatchObject({
      status_message: 'no',
      exception_type: 'Timeout',
      exception_message: 'm',
    })
  })
  it('that reached the root was handled by nobody, even where a span between did not fail', () => {
    const { errors } = analyze(span(1, 0, 0, 9, error), span(2, 1, 0, 8), span(3, 2, 0, 7, error))
    expect(errors).toMatchObject([{ span_id: '3', propagated: [{ span_id: '1' }] }])
    expect(errors[0]).not.toHaveProperty('handled_by')
  })
})

const anySpan = fc.record({
  parent: fc.integer({ min: 0, max: 15 }),
  from: fc.integer({ min: 0, max: 100 }),
  length: fc.integer({ min: 0, max: 100 }),
  kind: fc.constantFrom('INTERNAL', 'CLIENT', 'SERVER', 'CONSUMER', 'PRODUCER'),
  service: fc.constantFrom('a', 'b'),
  failed: fc.boolean(),
})
const anyTrace = fc.array(anySpan, { minLength: 1, maxLength: 15 }).map((parts) =>
  parts.map(({ parent, from, length, kind, service, failed }, i) =>
    span(i + 1, parent > parts.length + 1 ? 0 : parent, from, from + length, {
      ...{ kind: kind as StoredSpan['kind'], service, status: failed ? 'ERROR' : 'OK' },
    }),
  ),
)

it('holds for any spans: the path is the root’s time without gap or overlap, self times fit, and each error has one origin', () => {
  fc.assert(
    fc.property(anyTrace, (spans) => {
      const forest = atOnce(spanForest(spans))
      const clock = atOnce(onOneClock(forest))
      const root = mainRoot(forest)
      const segments = atOnce(criticalPath(forest, clock, root))
      if (root >= 0) {
        let at = clock.starts[root] ?? 0
        for (const { fromMs, toMs } of segments) {
          expect(fromMs).toBe(at)
          expect(toMs).toBeGreaterThan(fromMs)
          at = toMs
        }
        expect(at).toBe(clock.ends[root])
      }
      atOnce(selfTimes(forest, clock)).forEach((self, i) => {
        expect(self).toBeGreaterThanOrEqual(0)
        expect(self).toBeLessThanOrEqual((spans[i]?.durationMs ?? 0) + 1e-3)
      })
      const analysis = TraceAnalysis.parse(atOnce(analyzeTrace('a', spans)))
      const failed = forest.order.some((i) => spans[i]?.status === 'ERROR')
      expect(analysis.errors.length > 0).toBe(failed)
      expect(analysis.services.reduce((sum, { span_count }) => sum + span_count, 0)).toBe(spans.length)
    }),
    { numRuns: 1_000 },
  )
})
