import { describe, expect, it } from 'vitest'
import { MemoryTraceStore } from '../../../adapter/memory/telemetry.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { parseTraceql, searchTraces, traceqlLimits } from './index.ts'
import { fixture, startMs, traceIdOf } from './traceql.suite.ts'

const store = new MemoryTraceStore()
store.append({ tenant: 'default', spans: fixture }, 1)

const search = (query: string, limits = traceqlLimits) =>
  searchTraces(
    store,
    {
      ...{ tenant: 'default', pipeline: parseTraceql(query).pipeline, startMs: 0, endMs: 8e15 },
      ...{ limit: 20, spansPerSet: 10 },
    },
    limits,
    systemClock,
  )
/** `trace: spans of a set; spans of the next` by the last digits of their ids, newest trace first. */
const found = async (query: string): Promise<string[]> =>
  (await search(query)).traces.map(
    ({ traceId, sets }) =>
      `${Number.parseInt(traceId, 16)}: ${sets
        .map(({ spans }) => spans.map(({ span }) => Number.parseInt(span.spanId, 16)).join(' '))
        .join('; ')}`,
  )

describe('a selector', () => {
  it.each<[string, string[]]>([
    ['{}', ['3: 7', '2: 1', '1: 1 2 3 4']],
    ['{ true }', ['3: 7', '2: 1', '1: 1 2 3 4']],
    ['{ false }', []],
    ['{ status = error }', ['1: 3']],
    ['{ status != unset }', ['3: 7', '1: 3']],
    ['{ kind = client || kind = producer }', ['1: 3 4']],
    ['{ name = "GET /" }', ['2: 1']],
    ['{ name =~ "GET.*" }', ['2: 1', '1: 1']],
    ['{ name =~ "GET" }', []],
    ['{ name !~ "GET.*|work" && rootServiceName = "front" }', ['1: 2 3 4']],
    ['{ statusMessage = `timeout` }', ['1: 3']],
    ['{ span:statusMessage = "timeout" }', ['1: 3']],
    ['{ duration > 80ms }', ['3: 7', '1: 1']],
    ['{ duration >= 80ms && duration < 1s }', ['1: 1 2']],
    ['{ duration = 500us }', ['1: 4']],
    ['{ 1.5s < duration }', ['3: 7']],
    ['{ traceDuration > 99ms }', ['3: 7', '1: 1 2 3 4']],
    ['{ trace:duration > 99ms && kind = server }', ['1: 1']],
    ['{ rootName = "GET /cart" && kind = client }', ['1: 3']],
    ['{ rootName = nil }', ['3: 7']],
    ['{ trace:rootService = "front" && span:parentID = nil }', ['2: 1', '1: 1']],
    [`{ trace:id = "${traceIdOf(2)}" }`, ['2: 1']],
    ['{ span:id = "0000000000000004" }', ['1: 4']],
    ['{ span:parentID = "0000000000000002" }', ['1: 3 4']],
    ['{ span:childCount > 1 }', ['1: 2']],
    ['{ nestedSetParent < 0 }', ['3: 7', '2: 1', '1: 1']],
    ['{ event:name = "exception" }', ['1: 3']],
    ['{ event.attempt = 1 && event.exception.type = "Timeout" }', ['1: 3']],
    ['{ event:timeSinceStart > 40ms }', ['1: 3']],
    ['{ link:traceID != nil }', ['1: 4']],
    ['{ link.why = "batch" }', ['1: 4']],
    ['{ instrumentation:name = "pg" && instrumentation:version =~ "8.*" }', ['1: 3']],
    ['{ .http.status_code = 500 }', ['1: 1']],
    ['{ span.http.status_code >= 200 && span.http.status_code < 500 }', ['2: 1']],
    ['{ .http.status_code != 500 }', ['2: 1']],
    ['{ span.http.status_code = "500" }', ['1: 1']],
    ['{ resource.http.status_code = 500 }', []],
    ['{ resource.deployment.environment = "prod" }', ['1: 1 2 3']],
    ['{ span.deployment.environment = "prod" }', []],
    ['{ .deployment.environment = "dev" }', ['2: 1']],
    ['{ resource.service.name = "cart" }', ['1: 2 3 4']],
    ['{ .service.name =~ "cart|worker" }', ['3: 7', '1: 2 3 4']],
    ['{ span."db.system" = "postgresql" }', ['1: 3']],
    ['{ .flag }', ['3: 7']],
    ['{ .flag = true }', ['3: 7']],
    ['{ !.flag && kind = consumer }', []],
    ['{ .items = nil && kind = server }', ['2: 1', '1: 1']],
    ['{ .service.name = nil }', []],
    ['{ .items != nil }', ['1: 2']],
    ['{ parent.service.name = "cart" }', ['1: 3 4']],
    ['{ parent.resource.service.name = "cart" }', ['1: 3 4']],
    ['{ parent.span.items > 2 }', ['1: 3 4']],
    ['{ parent.kind = server }', ['1: 2']],
    ['{ .items * 2 + 1 = 7 }', ['1: 2']],
    ['{ .items ^ 2 ^ 1 = 9 }', ['1: 2']],
    ['{ duration > 2 * 30ms && -.items < -2 }', ['1: 2']],
    ['{ .items % 2 = 1 }', ['1: 2']],
    ['{ status = error || name = "GET /" && duration < 1ms }', []],
  ])('%s finds %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected)
  })
})

describe('spansets', () => {
  it.each<[string, string[]]>([
    ['{ status = error } && { kind = producer }', ['1: 3 4']],
    ['{ status = error } && { kind = consumer }', []],
    ['{ status = error } || { kind = consumer }', ['3: 7', '1: 3']],
    ['{ .service.name = "front" } > { }', ['1: 2']],
    ['{ .service.name = "front" } >> { kind != internal }', ['1: 3 4']],
    ['{ status = error } < { }', ['1: 2']],
    ['{ status = error } << { }', ['1: 1 2']],
    ['{ status = error } ~ { }', ['1: 4']],
    ['{ .service.name = "front" } !> { }', ['3: 7', '2: 1', '1: 1 3 4']],
    ['{ .service.name = "front" } !>> { }', ['3: 7', '2: 1', '1: 1']],
    ['{ status = error } !< { }', ['3: 7', '2: 1', '1: 1 3 4']],
    ['{ status = error } !<< { kind = server }', ['2: 1']],
    ['{ status = error } !~ { kind = producer }', []],
    ['{ .service.name = "front" } &> { }', ['1: 1 2']],
    ['{ kind = server } &>> { status = error }', ['1: 1 3']],
    ['{ status = error } &<< { kind = server }', ['1: 1 3']],
    ['{ status = error } &~ { kind = producer }', ['1: 3 4']],
    ['({ status = error } || { kind = producer }) && { kind = server }', ['1: 1 3 4']],
    ['{ kind = server } >> { kind = internal } > { status = error }', ['1: 3']],
    ['{ } | { status = error }', ['1: 3']],
  ])('%s finds %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected)
  })
})

describe('a pipeline', () => {
  it.each<[string, string[]]>([
    ['{ } | count() > 1', ['1: 1 2 3 4']],
    ['{ } | count() = 1', ['3: 7', '2: 1']],
    ['{ } | avg(duration) > 1s', ['3: 7']],
    ['{ } | max(duration) = 100ms', ['1: 1 2 3 4']],
    ['{ } | min(duration) < 1ms', ['1: 1 2 3 4']],
    ['{ } | sum(.items) = 3', ['1: 1 2 3 4']],
    ['{ } | sum(duration) / count() > 50ms', ['3: 7', '1: 1 2 3 4']],
    ['{ } | max(duration) > 2 * avg(duration)', []],
    ['{ } | by(resource.service.name) | count() > 1', ['1: 2 3 4']],
    ['{ } | by(resource.service.name) | count() > 1 | coalesce()', ['1: 2 3 4']],
    ['{ .service.name =~ ".*" } | by(.service.name)', ['3: 7', '2: 1', '1: 1; 2 3 4']],
    ['({ } | count() > 1) && { status = error }', ['1: 1 2 3 4']],
    ['({ kind = server } | count() > 3) || { kind = consumer }', ['3: 7']],
    ['{ } | select(span.items) | count() > 3', ['1: 1 2 3 4']],
    ['{ } | (count() + 1) * 2 >= 10', ['1: 1 2 3 4']],
  ])('%s finds %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected)
  })

  it('shows what the query names, and what groups and aggregates said', async () => {
    const query = '{ .items > 0 && status = unset } | select(kind) | by(name) | avg(duration) > 1ms'
    const { traces, complete } = await search(query)
    expect(complete).toBe(true)
    expect(traces[0]?.sets).toMatchObject([
      {
        matched: 1,
        attributes: [
          { name: 'by(name)', value: 'cart.get' },
          { name: 'avg(duration)', value: 80e6 },
        ],
        spans: [
          {
            fields: [
              { name: 'items', value: '3' },
              { name: 'status', value: 'unset' },
              { name: 'kind', value: 'internal' },
            ],
          },
        ],
      },
    ])
    expect(traces[0]).toMatchObject({ startMs, durationMs: 100, root: { name: 'GET /cart' } })
    expect(traces[0]?.services).toEqual([
      { service: 'front', spans: 1, errors: 0 },
      { service: 'cart', spans: 3, errors: 1 },
    ])
  })
})

describe('a search that would look at too much', () => {
  it('gives what it found and says that there may be more', async () => {
    const answer = await search('{ }', { ...traceqlLimits, spansMax: 1 })
    expect([answer.traces.length, answer.complete]).toEqual([1, false])
  })
  it('is refused with what to narrow where nothing was found', async () => {
    await expect(search('{ .items = 9 }', { ...traceqlLimits, spansMax: 1 })).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      message: expect.stringContaining('shorter time range'),
    })
    await expect(search('{ .items = 9 }', { ...traceqlLimits, timeoutMs: 0 })).rejects.toMatchObject({
      code: 'QUERY_TIMEOUT',
    })
  })
})
