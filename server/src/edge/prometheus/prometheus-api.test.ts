import { describe, expect, it } from 'vitest'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { call, openApiOver } from './open-api.suite.ts'

const openApi = () => openApiOver(new MemoryMetricStore())

const start = 1_700_000_000

describe('the Prometheus API', () => {
  it.each([
    ['GET', 'query?query=http.requests&time=1700000060', { resultType: 'vector' }],
    ['POST', 'query', { resultType: 'vector' }],
  ])('%s %s answers an instant query', async (method, path, expected) => {
    const api = openApi()
    const form = method === 'POST' ? { query: '{"http.requests"}', time: '1700000060' } : undefined
    const { status, body } = await call(api, path.replace('http.requests', '%7B%22http.requests%22%7D'), form)
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'success', data: expected })
    expect(body.data.result).toEqual([
      { metric: { __name__: 'http.requests', job: 'a', 'service.name': 'cart' }, value: [start + 60, '4'] },
      { metric: { __name__: 'http.requests', job: 'b' }, value: [start + 60, '+Inf'] },
    ])
  })

  it('writes moments with milliseconds and numbers as Go does', async () => {
    const api = openApi()
    expect((await call(api, 'query?query=1e-7&time=1.5')).text).toContain('"result":[1.500,"1e-7"]')
    expect((await call(api, 'query?query=-0.0&time=1970-01-01T00:00:00.001Z')).text).toContain('[0.001,"-0"]')
    expect((await call(api, 'query?query=vector(NaN)&time=2')).text).toContain('"value":[2,"NaN"]')
    expect((await call(api, 'query?query=%22a%5C%22b%22&time=2')).text).toContain(
      '"resultType":"string","result":[2,"a\\"b"]',
    )
  })

  it('answers a range, with its step as seconds or as a duration', async () => {
    const api = openApi()
    for (const step of ['60', '1m']) {
      const { body } = await call(api, 'query_range', {
        ...{
          query: 'sum by (job) ({"http.requests",job="a"})',
          start: String(start),
          end: String(start + 120),
          step,
        },
      })
      expect(body.data).toEqual({
        resultType: 'matrix',
        result: [
          {
            metric: { job: 'a' },
            values: [
              [start, '1'],
              [start + 60, '4'],
              [start + 120, '7'],
            ],
          },
        ],
      })
    }
  })

  it('answers native histograms with their buckets', async () => {
    const { body } = await call(openApi(), `query?query=latency&time=${start}`)
    expect(body.data.result[0].histogram).toEqual([
      start,
      {
        count: '7',
        sum: '5.5',
        buckets: [
          [1, '-2', '-1', '1'],
          [3, '-0.001', '0.001', '2'],
          [0, '1', '2', '4'],
        ],
      },
    ])
  })

  it.each([
    ['query?query=sum(', 400, 'bad_data', 'invalid parameter "query": 1:5: parse error'],
    [
      'query?query=1&time=now',
      400,
      'bad_data',
      'invalid parameter "time": cannot parse "now" to a valid timestamp',
    ],
    [
      'query?query=1&timeout=x',
      400,
      'bad_data',
      'invalid parameter "timeout": cannot parse "x" to a valid duration',
    ],
    ['query?query=1&limit=x', 400, 'bad_data', 'limit must be a number'],
    [
      'query_range?query=1&start=2&end=1&step=1',
      400,
      'bad_data',
      'end timestamp must not be before start time',
    ],
    [
      'query_range?query=1&start=0&end=1&step=0',
      400,
      'bad_data',
      'zero or negative query resolution step widths',
    ],
    [
      'query_range?query=1&start=0&end=11001&step=1',
      400,
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
    [
      'query?query=%7Bjob%3D~%22.%2B%22%7D%20*%20on()%20%7Bjob%3D~%22.%2B%22%7D&time=1700000000',
      422,
      'execution',
      'found duplicate series',
    ],
    ['series', 400, 'bad_data', 'no match[] parameter provided'],
    ['series?match[]=%7B%7D', 400, 'bad_data', 'invalid parameter "match[]"'],
    ['rules?type=x', 400, 'bad_data', 'invalid parameter "type": not supported value "x"'],
    ['rules?group_next_token=a', 400, 'bad_data', 'group_limit needs to be set'],
  ])('%s is refused with %d %s', async (path, status, errorType, error) => {
    const refused = await call(openApi(), path)
    expect(refused.status).toBe(status)
    expect(refused.body).toEqual({ status: 'error', errorType, error: expect.stringContaining(error) })
  })

  it('takes a range of exactly 11,000 steps', async () => {
    const { status } = await call(openApi(), 'query_range?query=1&start=0&end=11000&step=1')
    expect(status).toBe(200)
  })

  it('cuts what is over the limit, and says so', async () => {
    const { body } = await call(openApi(), `query?query=%7Bjob%3D~%22.%2B%22%7D&time=${start}&limit=1`)
    expect(body.data.result).toHaveLength(1)
    expect(body.warnings).toEqual(['results truncated due to limit'])
    expect((await call(openApi(), 'labels?limit=1')).body).toMatchObject({
      data: ['__name__'],
      warnings: ['results truncated due to limit'],
    })
  })

  it('tells warnings and infos of a query apart', async () => {
    const { body } = await call(openApi(), `query?query=rate(memory%5B5m%5D)&time=${start + 120}`)
    expect(body.infos).toEqual([expect.stringContaining('metric might not be a counter')])
    expect(body).not.toHaveProperty('warnings')
  })

  it('lists series, label names and values, of any of several selectors', async () => {
    const api = openApi()
    const series = await call(api, 'series?match[]=%7B%22http.requests%22%7D&match[]=memory&match[]=memory')
    expect(series.body.data.map((one: Record<string, string>) => one.__name__)).toEqual([
      'http.requests',
      'http.requests',
      'memory',
    ])
    expect((await call(api, 'labels')).body.data).toEqual(['__name__', 'job', 'service.name'])
    expect((await call(api, 'labels', { 'match[]': 'memory' })).body.data).toEqual(['__name__', 'job'])
    expect((await call(api, 'label/job/values')).body.data).toEqual(['a', 'b', 'c'])
    expect((await call(api, 'label/job/values?match[]=memory')).body.data).toEqual(['c'])
    expect((await call(api, 'label/U__service_2e_name/values')).body.data).toEqual(['cart'])
    expect((await call(api, 'label/none/values')).body.data).toEqual([])
  })

  it('leaves out series that ended before the start', async () => {
    const { body } = await call(openApi(), `series?match[]=memory&start=${start + 3_600}`)
    expect(body.data).toEqual([])
  })

  it('knows kinds and units', async () => {
    const { body } = await call(openApi(), 'metadata?metric=http.requests')
    expect(body.data).toEqual({ 'http.requests': [{ type: 'counter', help: '', unit: '{request}' }] })
    expect(Object.keys((await call(openApi(), 'metadata?limit=2')).body.data)).toHaveLength(2)
  })

  it('gives exemplars of all selectors of a query', async () => {
    const { body } = await call(openApi(), 'query_exemplars', {
      ...{ query: 'histogram_quantile(0.9, latency) > 0', start: String(start), end: String(start + 10) },
    })
    expect(body.data).toEqual([
      {
        seriesLabels: { __name__: 'latency', job: 'a' },
        exemplars: [{ labels: { trace_id: 'abc' }, value: '0.25', timestamp: start + 1.5 }],
      },
    ])
  })

  it('formats and parses queries', async () => {
    const api = openApi()
    expect((await call(api, 'format_query?query=sum(a)by(b)')).body.data).toBe('sum by (b) (a)')
    const { body } = await call(api, 'parse_query', {
      query: 'sum without(b)(rate(a{x="y"}[5m] offset 1m @ start())) > bool 2',
    })
    expect(body.data).toMatchObject({
      ...{
        type: 'binaryExpr',
        op: '>',
        bool: true,
        matching: null,
        rhs: { type: 'numberLiteral', val: '2' },
      },
      lhs: {
        ...{ type: 'aggregation', op: 'sum', without: true, grouping: ['b'], param: null },
        expr: {
          type: 'call',
          func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
          args: [
            {
              type: 'matrixSelector',
              name: 'a',
              range: 300_000,
              offset: 60_000,
              startOrEnd: 'start',
              timestamp: null,
            },
          ],
        },
      },
    })
  })

  it('shows another tenant nothing', async () => {
    const api = openApi()
    expect(
      (await call(api, `query?query=memory&time=${start}`, undefined, 'other')).body.data.result,
    ).toEqual([])
    expect((await call(api, 'labels', undefined, 'other')).body.data).toEqual([])
    expect((await call(api, 'rules', undefined, 'other')).body.data).toEqual({ groups: [] })
  })

  it('refuses bodies that are no form', async () => {
    const { status, body } = await call(openApi(), 'query', { query: '1' }, 'default', 'application/json')
    expect([status, body.errorType]).toEqual([415, 'bad_data'])
  })

  it('says that it runs, and what it is', async () => {
    const api = openApi()
    expect((await call(api, '/prometheus/-/healthy')).text).toBe('Prometheus Server is Healthy.\n')
    expect((await call(api, 'status/buildinfo')).body.data.version).toMatch(/^3\.\d+\.\d+\+aiops\.1\.2\.3$/)
    for (const path of [
      'status/config',
      'status/flags',
      'status/runtimeinfo',
      'status/tsdb',
      'alertmanagers',
      'targets',
    ])
      expect((await call(api, path)).body.status).toBe('success')
  })

  it('shows targets as Prometheus does', async () => {
    expect((await call(openApi(), 'targets?state=active')).body.data.activeTargets).toMatchObject([
      {
        scrapePool: 'node',
        health: 'up',
        scrapeUrl: 'http://n/metrics',
        labels: { job: 'node' },
        lastScrapeDuration: 0.1,
      },
    ])
  })

  it('shows rules and alerts, filtered and in pages', async () => {
    const api = openApi()
    const { body } = await call(api, 'rules')
    expect(body.data.groups[0]).toEqual({
      ...{ name: 'one', file: 'a.yml', interval: 60, limit: 0, evaluationTime: 0.5 },
      lastEvaluation: '2023-11-14T22:13:20.000Z',
      rules: [
        {
          ...{ name: 'a:b', query: 'sum(a)', health: 'ok', evaluationTime: 0.1, type: 'recording' },
          lastEvaluation: '2023-11-14T22:13:20.000Z',
        },
        {
          ...{
            state: 'firing',
            name: 'Slow',
            query: 'a > 1',
            duration: 300,
            keepFiringFor: 0,
            type: 'alerting',
          },
          ...{
            labels: { severity: 'page' },
            annotations: {},
            health: 'err',
            lastError: 'no',
            evaluationTime: 0,
          },
          lastEvaluation: '0001-01-01T00:00:00Z',
          alerts: [
            {
              ...{ labels: { alertname: 'Slow' }, annotations: {}, state: 'firing', value: '1.5e+00' },
              activeAt: '2023-11-14T22:13:20.000Z',
            },
          ],
        },
      ],
    })
    expect((await call(api, 'alerts')).body.data.alerts).toHaveLength(1)
    const names = async (query: string): Promise<string[]> =>
      (await call(api, `rules?${query}`)).body.data.groups.flatMap(
        (group: { name: string; rules: { name: string }[] }) =>
          group.rules.map(({ name }) => `${group.name}/${name}`),
      )
    expect(await names('type=record')).toEqual(['one/a:b'])
    expect(await names('rule_name[]=Slow')).toEqual(['one/Slow'])
    expect(await names('rule_group[]=two')).toEqual(['two/Other'])
    expect(await names('match[]=%7Bseverity%3D%22page%22%7D')).toEqual(['one/Slow'])
    const { groupNextToken } = (await call(api, 'rules?group_limit=1')).body.data
    expect(await names(`group_limit=1&group_next_token=${groupNextToken}`)).toEqual(['two/Other'])
  })
})
