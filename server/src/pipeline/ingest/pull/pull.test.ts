import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../../port/http-client.ts'
import { Rig } from '../rig.suite.ts'
import { PullConfig } from '../scrape/config.ts'
import {
  azureAnswer,
  azurePull,
  cloudWatchPages,
  cloudWatchPull,
  googlePages,
  googlePull,
} from './example.suite.ts'
import { parsePulls } from './pull-document.ts'
import { PullKeeper } from './pull-keeper.ts'
import { World } from './source.suite.ts'

type Metric = {
  name: string
  labels: Record<string, string>
  type: string
  unit?: string
  value: number
  timestamp: string
}

let world: World
let keeper: PullKeeper
beforeEach(() => {
  world = new World()
  world.secrets.set('AZURE_TOKEN', 'azure')
  world.secrets.set('GOOGLE_TOKEN', 'google')
  world.secrets.set('AWS_ACCESS_KEY_ID', 'AKID')
  world.secrets.set('AWS_SECRET_ACCESS_KEY', 'key')
  keeper = keeperOf(world)
})
afterEach(() => keeper.stop())

const keeperOf = (own: World): PullKeeper =>
  new PullKeeper(
    {
      ...own.pulling(),
      source: own.pulling().pullSource,
      deliver: (delivery) => own.deliver('pull', delivery),
      clock: own.clock,
      metrics: own.metrics,
      log: own.log,
    },
    PullConfig.parse({}),
  )
const use = (text: string): void => {
  world.pullFiles = [{ file: 'a.yaml', text }]
}
const written = (): Metric[] =>
  world.delivered
    .splice(0)
    .flatMap(({ body }) => (JSON.parse(Buffer.from(body).toString()) as { metrics: Metric[] }).metrics)
const bodyOf = (request: HttpRequest | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(request?.body ?? '{}').toString()) as Record<string, unknown>

describe('the recorded answers of', () => {
  it('Azure Monitor become series with resource and dimensions', async () => {
    use(azurePull)
    world.answer = () => ({ body: JSON.stringify(azureAnswer) })
    await keeper.start()
    await world.settle()
    expect(world.asked[0]).toMatchObject({
      url: expect.stringContaining('timespan=2023-11-14T22:02:20Z/2023-11-14T22:12:20Z'),
      headers: { authorization: 'Bearer azure' },
    })
    expect(written()).toEqual([
      {
        name: 'azure.Percentage CPU',
        labels: { resource_group: 'shop', vm: 'cart-1' },
        type: 'gauge',
        unit: 'Percent',
        value: 12.5,
        timestamp: '2023-11-14T22:10:00.000Z',
      },
      {
        name: 'azure.Percentage CPU',
        labels: { resource_group: 'shop', vm: 'cart-1' },
        type: 'gauge',
        unit: 'Percent',
        value: 14,
        timestamp: '2023-11-14T22:11:00.000Z',
      },
      {
        name: 'azure.Percentage CPU',
        labels: { resource_group: 'shop', vm: 'cart-2' },
        type: 'gauge',
        unit: 'Percent',
        value: 3,
        timestamp: '2023-11-14T22:10:00.000Z',
      },
    ])
    expect(keeper.state('default').pulls).toMatchObject([
      { name: 'azure', health: 'UP', points_written: 3, entries_skipped: 1 },
    ])
  })

  it('Google Cloud Monitoring become series, page by page', async () => {
    use(googlePull)
    world.answer = ({ url }) => ({
      body: JSON.stringify(googlePages[url.includes('pageToken=next') ? 1 : 0]),
    })
    await keeper.start()
    await world.settle()
    expect(world.asked).toHaveLength(2)
    expect(written()).toMatchObject([
      {
        name: 'compute.googleapis.com/instance/cpu/utilization',
        labels: { instance_name: 'cart', instance_id: '42', zone: 'europe-west4-a', project_id: 'shop' },
        value: 0.25,
        timestamp: '2023-11-14T22:11:00.000Z',
      },
      {
        name: 'pubsub.googleapis.com/subscription/num_undelivered_messages',
        labels: { subscription_id: 's' },
        value: 9_007,
        type: 'gauge',
      },
    ])
  })

  it('CloudWatch become series from lists side by side, page by page', async () => {
    use(cloudWatchPull)
    world.answer = (request) => ({
      body: JSON.stringify(cloudWatchPages[bodyOf(request).NextToken === 'more' ? 1 : 0]),
    })
    await keeper.start()
    await world.settle()
    expect(world.asked.map(({ aws }) => aws)).toEqual(
      Array(2).fill({
        ...{ region: 'eu-central-1', service: 'monitoring', accessKeyId: 'AKID', secretAccessKey: 'key' },
        sessionToken: '',
      }),
    )
    expect(bodyOf(world.asked[0])).toMatchObject({ StartTime: 1_699_999_340, EndTime: 1_699_999_940 })
    expect(
      written().map(({ name, labels, value, timestamp }) => [
        name,
        labels.label,
        value,
        timestamp.slice(11, 16),
      ]),
    ).toEqual([
      ['aws.cpu', 'i-1', 40, '22:11'],
      ['aws.cpu', 'i-1', 38.5, '22:10'],
      ['aws.cpu', 'i-2', 7, '22:11'],
    ])
  })
})

const simple = (more = ''): string => `
pulls:
  - name: p
    interval: 1m
    lookback: 5m
    request: { url: 'http://api.test/v?from={{start_ms}}' }
    metrics: [{ each: [points], name: m, value: v, time: t }]
    ${more}`

describe('a pull', () => {
  it('writes a point once, a corrected one again, and one that comes late', async () => {
    use(simple())
    let points = [{ v: 1, t: '2023-11-14T22:12:00Z' }]
    world.answer = () => ({ body: JSON.stringify({ points }) })
    await keeper.start()
    await world.settle()
    expect(written()).toHaveLength(1)
    points = [
      { v: 1, t: '2023-11-14T22:12:00Z' },
      { v: 5, t: '2023-11-14T22:11:00Z' },
    ]
    await world.pass(60_000)
    expect(written()).toMatchObject([{ value: 5 }])
    points = [{ v: 2, t: '2023-11-14T22:12:00Z' }]
    await world.pass(60_000)
    expect(written()).toMatchObject([{ value: 2 }])
    await world.pass(60_000)
    expect(written()).toEqual([])
  })

  it('writes again what could not be stored', async () => {
    use(simple())
    world.answer = () => ({ body: '{"points":[{"v":1,"t":1700000000}]}' })
    world.deliverFault = new (await import('../../../kernel/fault.ts')).Fault('QUEUE_FULL', 'full')
    await keeper.start()
    await world.settle()
    expect(keeper.state('default').pulls).toMatchObject([{ health: 'DOWN', last_error: 'full' }])
    world.deliverFault = undefined
    await world.pass(60_000)
    expect(written()).toHaveLength(1)
  })

  it.each([
    [{ status: 403, body: 'no\nway' }, 'HTTP status 403: no way'],
    [{ body: '<html>' }, 'not JSON'],
  ])('that is answered wrongly says so: %j', async (answer, said) => {
    use(simple())
    world.answer = () => answer
    await keeper.start()
    await world.settle()
    expect(keeper.state('default').pulls[0]?.last_error).toContain(said)
    expect(world.delivered).toEqual([])
  })

  it('passes over entries without a number or time, and reaches no prototype', async () => {
    use(simple())
    world.answer = () => ({
      body: '{"points":[{"v":"x","t":1},{"v":1},{"v":1,"t":"later"},{"__proto__":{"v":1,"t":1}},null,3]}',
    })
    await keeper.start()
    await world.settle()
    expect(keeper.state('default').pulls).toMatchObject([
      { health: 'UP', points_written: 0, entries_skipped: 6 },
    ])
  })

  it('stops at its bound of pages, keeping what it read, and follows no link to another host', async () => {
    use(simple('pages: { next: next, query: page, max: 3 }'))
    world.answer = () => ({
      body: `{"points":[{"v":1,"t":${1_700_000_000 + world.asked.length}}],"next":"x"}`,
    })
    await keeper.start()
    await world.settle()
    expect(world.asked).toHaveLength(3)
    expect(written()).toHaveLength(3)
    expect(keeper.state('default').pulls[0]?.last_error).toContain('more than 3 pages')
    use(simple('pages: { next: next }'))
    world.answer = () => ({ body: '{"points":[],"next":"http://evil.test/"}' })
    await world.pass(60_000)
    expect(keeper.state('default').pulls[0]?.last_error).toContain('another host')
    expect(world.asked.every(({ url }) => url.startsWith('http://api.test/'))).toBe(true)
  })

  it('of a wrong document is refused whole, and the last good state stays', async () => {
    use(simple())
    world.answer = () => ({ body: '{"points":[]}' })
    await keeper.start()
    use('pulls: [{ name: p, interval: soon }]')
    await world.pass(5_000)
    expect(keeper.state('default').problems.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('pulls.0.interval'),
    )
    expect(keeper.state('default').pulls).toHaveLength(1)
  })

  it.each([
    [
      "pulls: [{ name: p, request: { url: 'http://x?k={{secret.A}}' }, metrics: [{ name: m, value: v }] }]",
      'secret',
    ],
    ['pulls: [{ name: p, metrics: [{ name: m, value: v }] }]', 'needs a request'],
    [
      'pulls: [{ name: p, auth: { type: aws_sigv4, region: r }, request: { url: x, headers: { Authorization: y } }, metrics: [{ name: m, value: v }] }]',
      'no header may',
    ],
    ['pulls: [{ name: p, request: { url: x }, colour: red, metrics: [{ name: m, value: v }] }]', 'colour'],
  ])('document is refused: %s', (text, said) => {
    expect(parsePulls(text).problems.join()).toContain(said)
  })

  it('ends as stored samples: ingest reads what it writes', async () => {
    const rig = await Rig.started({ nowMs: world.clock.now() })
    use(simple())
    world.answer = () => ({ body: '{"points":[{"v":1.5,"t":1700000000}]}' })
    await keeper.start()
    await world.settle()
    for (const delivery of world.delivered) await rig.ingest.deliver('pull', delivery)
    expect(rig.stored.metrics).toMatchObject([
      { labels: { __name__: 'm' }, kind: 'GAUGE', value: 1.5, timeMs: 1_700_000_000_000 },
    ])
  })
})
