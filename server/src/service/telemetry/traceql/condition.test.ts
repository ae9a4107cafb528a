import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spanTest } from '../../../port/span-filter.ts'
import { filtersOf } from './condition.ts'
import { allSpans, traceTest } from './evaluate/pipeline.ts'
import { TraceView } from './evaluate/trace-view.ts'
import { parseTraceql } from './parse/parse.ts'
import { fixture } from './traceql.suite.ts'

const filters = (query: string) => filtersOf(parseTraceql(query).pipeline)

describe('what a store looks for', () => {
  it.each<[string, unknown]>([
    ['{ resource.service.name = "a" && name = "b" }', [{ services: ['a'], names: ['b'] }]],
    ['{ .service.name =~ "a|b" }', [{ services: ['a', 'b'] }]],
    ['{ status = error || kind = client }', [{ statuses: ['ERROR'] }, { kinds: ['CLIENT'] }]],
    ['{ status = error || .a > 3 }', []],
    [
      '{ span.a = "x" && .b = "y" }',
      [
        {
          attributes: [
            { name: 'a', values: ['x'] },
            { name: 'b', values: ['y'] },
          ],
        },
      ],
    ],
    ['{ name = "a" } >> { name = "b" && status = error }', [{ names: ['b'], statuses: ['ERROR'] }]],
    ['{ name = "a" } !> { kind = client }', [{ kinds: ['CLIENT'] }]],
    ['{ } | { name = "a" }', []],
    ['{ .a = 3 }', []],
  ])('%s: %j', (query, expected) => {
    expect(filters(query)).toEqual(expected)
  })
})

it('never hides a trace that fits', () => {
  const leaf = fc.constantFrom(
    ...[
      '.service.name = "cart"',
      'name =~ "GET /|work"',
      'status = error',
      'kind != client',
      'duration > 60ms',
    ],
    ...[
      '80ms >= duration',
      '.items = 3',
      'resource.deployment.environment = "prod"',
      'event.attempt = "1"',
      '!.flag',
    ],
    ...[
      'instrumentation:name = "pg"',
      'instrumentation.name = "pg"',
      'parent.kind = server',
      'true',
      '.a = nil',
    ],
  )
  const condition = fc.letrec<{ all: string }>((tie) => ({
    all: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc
        .tuple(tie('all'), fc.constantFrom('&&', '||'), tie('all'))
        .map(([a, sign, b]) => `(${a}) ${sign} (${b})`),
    ),
  })).all
  const spanset = condition.map((text) => `{ ${text} }`)
  const query = fc.oneof(
    spanset,
    fc
      .tuple(spanset, fc.constantFrom('&&', '||', '>', '>>', '<', '<<', '~', '!>', '!<<', '&>'), spanset)
      .map((parts) => parts.join(' ')),
    spanset.map((text) => `(${text} | count() > 0) || { status = ok }`),
  )
  const views = [...Map.groupBy(fixture, (span) => span.traceId)].map(
    ([id, spans]) => new TraceView(id, spans),
  )
  fc.assert(
    fc.property(query, (text) => {
      const { pipeline } = parseTraceql(text)
      const wanted = spanTest({ startMs: 0, endMs: 8e15, anyOf: filtersOf(pipeline) })
      const test = traceTest(pipeline)
      for (const view of views)
        if (test(view, [allSpans(view)]).length > 0)
          expect([text, view.spans.some(wanted)]).toEqual([text, true])
    }),
    { numRuns: 2_000 },
  )
})
