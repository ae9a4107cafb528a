import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { findServer, integration, type RealServer, startServer } from './real-server.ts'

const run = promisify(execFile)
const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))

const stepMs = 15_000
/** Twenty minutes of two series: a counter that begins anew, and a gauge with fractions, infinities and a gap. */
const endMs = Math.floor((Date.now() - 60_000) / stepMs) * stepMs
const startMs = endMs - 80 * stepMs
const points = Array.from({ length: 81 }, (_, at) => at)
const counterAt = (at: number): number => (at < 50 ? at * 7 : (at - 50) * 3)
const gaugeAt = (at: number): number => (at % 10 === 3 ? 1e21 : Math.sin(at) / 3)

async function fill(url: string): Promise<void> {
  const metrics = points.flatMap((at) => {
    const timestamp = new Date(startMs + at * stepMs).toISOString()
    return [
      {
        name: 'shop_orders_total',
        labels: { job: 'shop' },
        type: 'counter',
        value: counterAt(at),
        timestamp,
      },
      ...(at > 20 && at < 45
        ? []
        : [
            {
              name: 'queue_depth',
              labels: { job: 'queue', zone: 'a' },
              type: 'gauge',
              value: gaugeAt(at),
              timestamp,
            },
          ]),
    ]
  })
  const body = JSON.stringify({ metrics })
  const reply = await fetch(`${url}/api/v1/metrics/write`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(await reply.json()).toMatchObject({ rejected: 0 })
}

const folder = temporaryFolder('prometheus-api')
let platform: Server
beforeAll(async () => {
  mkdirSync(join(folder.path, 'prometheus-rules'))
  writeFileSync(
    join(folder.path, 'prometheus-rules', 'shop.yml'),
    `groups:
  - name: shop
    interval: 1s
    rules:
      - { record: 'shop:answer', expr: 'vector(42)', labels: { team: shop } }
      - { alert: Answered, expr: 'shop:answer == 42', labels: { severity: critical, service: cart }, annotations: { summary: 'it is {{ $value }}' } }
`,
  )
  platform = await startPlatform(folder.path)
  await fill(platform.url)
})
afterAll(async () => {
  await platform?.stop()
  folder.remove()
})

const seconds = (ms: number): string => String(ms / 1_000)
/** A second off the samples: Prometheus before 3.0 takes the sample at the very start of a window too. */
const range = { start: seconds(startMs + 1_000), end: seconds(endMs + 1_000), step: '30' }
async function api(path: string, form?: Record<string, string>, url = `${platform.url}/prometheus`) {
  const reply = await fetch(
    `${url}/api/v1/${path}`,
    form ? { method: 'POST', body: new URLSearchParams(form) } : {},
  )
  return { status: reply.status, body: await reply.json() }
}

describe('rules of the data folder', () => {
  test('are evaluated, recorded, and their alerts open incidents', async () => {
    await vi.waitFor(
      async () => {
        const { alerts } = await platform.client.listAlerts()
        expect(alerts.find(({ name }) => name === 'Answered')).toMatchObject({
          ...{ status: 'FIRING', severity: 'CRITICAL', message: 'it is 42', entity: 'service/cart' },
          incident_id: expect.any(String),
        })
      },
      { timeout: 30_000, interval: 250 },
    )
    // An alert is told of a moment before its series are written.
    await vi.waitFor(async () => {
      const { body } = await api('query?query=ALERTS')
      expect(body.data.result[0]?.metric).toEqual({
        ...{ __name__: 'ALERTS', alertname: 'Answered', alertstate: 'firing', service: 'cart' },
        ...{ severity: 'critical', team: 'shop' },
      })
    })
    expect((await api('query?query=shop:answer')).body.data.result).toMatchObject([
      { metric: { team: 'shop' } },
    ])
  })

  test('whose file goes away stop, and their series end', async () => {
    writeFileSync(join(folder.path, 'prometheus-rules', 'shop.yml'), 'groups: []\n')
    await vi.waitFor(
      async () => {
        expect((await api('rules')).body.data.groups).toEqual([])
        expect((await api('query?query=shop:answer')).body.data.result).toEqual([])
      },
      { timeout: 30_000, interval: 250 },
    )
  })
})

describe("the requests of Grafana's Prometheus data source", () => {
  test.each([
    ['its health check', 'query', { query: '1+1', time: seconds(endMs) }],
    ['its version', 'status/buildinfo', undefined],
    ['a panel', 'query_range', { query: 'rate(shop_orders_total[1m])', ...range }],
    ['a table', 'query', { query: 'queue_depth', time: seconds(endMs) }],
    ['exemplars', 'query_exemplars', { query: 'shop_orders_total', start: range.start, end: range.end }],
    ['label names', 'labels', { start: range.start, end: range.end, 'match[]': '{__name__="queue_depth"}' }],
    ['label names by GET', `labels?start=${range.start}&end=${range.end}`, undefined],
    [
      'label values',
      `label/__name__/values?start=${range.start}&end=${range.end}&match[]=%7Bjob%3D%22shop%22%7D&limit=40000`,
      undefined,
    ],
    ['series', 'series', { start: range.start, end: range.end, 'match[]': 'queue_depth' }],
    ['metadata', 'metadata?limit=5000', undefined],
    ['rules', 'rules', undefined],
    ['alerts', 'alerts', undefined],
  ])('%s', async (_, path, form) => {
    const { status, body } = await api(path, form)
    expect([status, body.status]).toEqual([200, 'success'])
    expect(body.data).toBeDefined()
  })
})

integration('promtool, with nothing changed but its URL', ['promtool'], () => {
  const promtool = async (...args: string[]): Promise<string> =>
    (await run(findServer('promtool') ?? 'promtool', args)).stdout.trim()
  const url = (): string => `${platform.url}/prometheus`

  test('asks for a moment, a range, series and label values', async () => {
    const moment = await promtool('query', 'instant', `--time=${seconds(endMs)}`, url(), 'shop_orders_total')
    expect(moment).toBe(`shop_orders_total{job="shop"} => ${counterAt(80)} @[${seconds(endMs)}]`)
    const found = await promtool(
      'query',
      'range',
      `--start=${range.start}`,
      `--end=${range.end}`,
      '--step=15s',
      url(),
      'shop_orders_total',
    )
    expect(found.split('\n')).toHaveLength(82)
    expect(await promtool('query', 'series', '--match=queue_depth', url())).toBe(
      '{__name__="queue_depth", job="queue", zone="a"}',
    )
    expect(await promtool('query', 'labels', url(), 'job')).toContain('shop')
  })

  test('is told what is wrong', async () => {
    await expect(promtool('query', 'instant', url(), 'sum(')).rejects.toMatchObject({
      stderr: expect.stringContaining('bad_data: invalid parameter "query": 1:5: parse error'),
    })
  })
})

/** To twelve digits: the last one depends on the order in which a rate is computed, which Prometheus has changed. */
const rounded = (data: unknown): unknown =>
  JSON.parse(JSON.stringify(data), (_, value) =>
    typeof value === 'string' && /^-?\d/.test(value) ? Number(value).toPrecision(12) : value,
  )

integration('a real Prometheus that reads from the platform', ['prometheus'], () => {
  let prometheus: RealServer
  beforeAll(async () => {
    prometheus = await startServer({
      program: 'prometheus',
      readyPath: '/-/ready',
      args: (port, where) => {
        const read = `remote_read: [{ url: '${platform.url}/prometheus/api/v1/read', read_recent: true }]\n`
        writeFileSync(join(where, 'prometheus.yml'), read)
        return [
          '--config.file=prometheus.yml',
          '--storage.tsdb.path=data',
          `--web.listen-address=127.0.0.1:${port}`,
        ]
      },
    })
  })
  afterAll(() => prometheus?.stop())

  test.each([
    'shop_orders_total',
    'queue_depth',
    'rate(shop_orders_total[2m])',
    'sum by (job) ({job=~".+"})',
    'increase(shop_orders_total[5m]) / on () group_left () count(queue_depth)',
    'quantile_over_time(0.9, queue_depth[3m])',
  ])('answers %s as the platform itself does', async (query) => {
    const [theirs, ours] = await Promise.all([
      api('query_range', { query, ...range }, prometheus.origin),
      api('query_range', { query, ...range }),
    ])
    expect(theirs.body.status).toBe('success')
    expect(theirs.body.data.result.length).toBeGreaterThan(0)
    expect(rounded(ours.body.data)).toEqual(rounded(theirs.body.data))
  })
})

const suite = resolve('../shared/suites/promtool-testdata')
/** What Debian's promtool (2.42) refuses because it is younger than it: the reason, where ours then is the verdict of a current one. */
const younger: Readonly<Record<string, string>> = {
  'no-test-group-interval.yml': 'it does not yet take evaluation_interval for an interval that is left out',
  'start-time-test.yml': 'it does not know start_timestamp',
  'unittest.yml': 'it does not know histograms in exp_samples',
}
const fails = async (program: string, args: string[]): Promise<boolean> =>
  run(program, args).then(
    () => false,
    () => true,
  )
/** Files that fail, of one run over all of them. */
async function failing(command: 'test' | 'check', files: readonly string[]): Promise<Set<string>> {
  const ended = (await run(process.execPath, [aiops, 'rules', command, '--json', ...files]).catch(
    (error: unknown) => error,
  )) as { stdout: string; code?: number }
  const results = JSON.parse(ended.stdout) as { file: string; failures?: string[]; problems?: string[] }[]
  const failed = results.filter(({ failures = [], problems = [] }) => failures.length + problems.length > 0)
  expect(ended.code ?? 0).toBe(failed.length > 0 ? 1 : 0)
  return new Set(failed.map(({ file }) => file))
}

integration(`promtool's own unit tests and rule files (from ${suite})`, ['promtool'], () => {
  let files: string[] = []
  try {
    files = readdirSync(suite).filter((file) => file.endsWith('.yml'))
  } catch {}
  const read = (file: string): string => readFileSync(join(suite, file), 'utf8')
  const unitTests = files.filter((file) => /^tests:/m.test(read(file)))
  const ruleFiles = files.filter((file) => /^groups:/m.test(read(file)) && file !== 'features.yml')

  test.skipIf(files.length === 0)(
    'are judged alike, but for what the installed one is too old for',
    async () => {
      const promtool = findServer('promtool') ?? 'promtool'
      const [tested, checked] = await Promise.all([
        failing(
          'test',
          unitTests.map((file) => join(suite, file)),
        ),
        failing(
          'check',
          ruleFiles.map((file) => join(suite, file)),
        ),
      ])
      for (const file of unitTests) {
        const theirs = await fails(promtool, ['test', 'rules', join(suite, file)])
        expect([file, tested.has(join(suite, file))]).toEqual([file, file in younger ? false : theirs])
      }
      for (const file of ruleFiles) {
        const theirs = await fails(promtool, ['check', 'rules', join(suite, file)])
        expect([file, checked.has(join(suite, file))]).toEqual([file, theirs])
      }
    },
    120_000,
  )
})
