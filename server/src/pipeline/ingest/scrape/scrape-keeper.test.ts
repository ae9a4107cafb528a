import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { IngestConfig } from '../config.ts'
import { Decoder } from '../decoder.ts'
import { exposition } from '../exposition/exposition.ts'
import { TargetMemories } from '../exposition/target-memory.ts'
import type { ProtocolDeps } from '../protocol.ts'
import { World } from '../pull/source.suite.ts'
import { MemoryCatalog, Rig, type Sample, samplesOf } from '../rig.suite.ts'
import { ScrapeConfig } from './config.ts'
import { ScrapeKeeper } from './scrape-keeper.ts'

const STALE = '7ff0000000000002'

/** The keeper with the real reader behind it, and what it wrote. */
class Scraping {
  readonly world = new World()
  readonly samples: Sample[] = []
  readonly keeper: ScrapeKeeper
  readonly #catalog = new MemoryCatalog()
  /** By how much somebody has set the clock of the machine; what waits does not notice. */
  setMs = 0

  constructor(config: Record<string, unknown> = {}) {
    const { world } = this
    const memories = new TargetMemories()
    const own = IngestConfig.parse({})
    const readers = exposition({ config: own, targetMemories: memories } as ProtocolDeps)
    const decoder = new Decoder(own, [readers], { catalog: this.#catalog, random: seededRandom(1) })
    this.keeper = new ScrapeKeeper(
      {
        ...world.pulling(),
        source: world.pulling().scrapeSource,
        memories,
        clock: {
          now: () => world.clock.now() + this.setMs,
          monotonic: () => world.clock.monotonic(),
          after: (delayMs, task) => world.clock.after(delayMs, task),
          every: (periodMs, task) => world.clock.every(periodMs, task),
          sleep: (delayMs, signal) => world.clock.sleep(delayMs, signal),
        },
        random: world.random,
        metrics: world.metrics,
        log: world.log,
        deliver: async (delivery) => {
          await world.deliver('scrape', delivery)
          const decoded = decoder.decode({ ...delivery, receivedMs: world.clock.now() })
          this.samples.push(...samplesOf(this.#catalog, decoded.samples.batch('default')))
        },
      },
      ScrapeConfig.parse(config),
    )
  }

  /** Since the last call, without those about the scrapes. */
  news(): string[] {
    const found = this.samples
      .splice(0)
      .filter(({ labels }) => !String(labels.__name__).startsWith('scrape_'))
      .map(({ labels, value, bits }) => `${labels.__name__} ${bits === STALE ? 'stale' : value}`)
    return found
  }

  use(...jobs: string[]): void {
    this.world.scrapeFiles = [{ file: '/etc/p.yml', text: `scrape_configs: [${jobs.join(', ')}]` }]
  }
}

const job = (more = ''): string =>
  `{ job_name: j, scrape_interval: 10s, static_configs: [{ targets: ['a:1'] }] ${more} }`
const target = (scraping: Scraping) => scraping.keeper.state('default').targets[0]

describe('scraping', () => {
  let scraping: Scraping
  beforeEach(() => {
    scraping = new Scraping()
    scraping.world.answer = () => ({ body: 'x 1\n' })
  })
  afterEach(() => scraping.keeper.stop())

  it('asks each target once an interval, stamped evenly, and reports on it', async () => {
    scraping.use(job())
    await scraping.keeper.start()
    expect(target(scraping)).toMatchObject({ health: 'UNKNOWN', last_scrape: null })
    await scraping.world.pass(30_000)
    expect(scraping.world.asked).toHaveLength(3)
    const times = scraping.samples.filter(({ labels }) => labels.__name__ === 'x').map(({ timeMs }) => timeMs)
    expect([times[1]! - times[0]!, times[2]! - times[1]!]).toEqual([10_000, 10_000])
    expect(scraping.news().slice(0, 2)).toEqual(['x 1', 'up 1'])
    expect(target(scraping)).toMatchObject({
      job: 'j',
      url: 'http://a:1/metrics',
      health: 'UP',
      last_error: '',
      samples_scraped: 1,
    })
  })

  it('goes on once an interval when the clock is set back or forward by hours', async () => {
    scraping.use(job())
    await scraping.keeper.start()
    await scraping.world.pass(30_000)
    for (const setMs of [-7_200_000, 0, 7_200_000]) {
      scraping.world.asked.length = 0
      scraping.setMs = setMs
      await scraping.world.pass(60_000)
      expect(scraping.world.asked.length).toBeGreaterThanOrEqual(5)
      expect(scraping.world.asked.length).toBeLessThanOrEqual(7)
    }
  })

  it('says what is wanted, for how long, and who asks', async () => {
    scraping.world.files.set('/etc/token', 'secret\n')
    scraping.use(
      job(
        ', scrape_timeout: 3s, authorization: { credentials_file: token }, headers: { X-Scope: s }, body_size_limit: 1KB',
      ),
    )
    await scraping.keeper.start()
    await scraping.world.pass(10_000)
    expect(scraping.world.asked[0]).toMatchObject({
      timeoutMs: 3_000,
      bytesMax: 1_024,
      headers: {
        accept: expect.stringContaining('application/openmetrics-text;version=1.0.0'),
        'accept-encoding': 'gzip',
        authorization: 'Bearer secret',
        'x-prometheus-scrape-timeout-seconds': '3',
        'x-scope': 's',
      },
    })
  })

  it('marks what vanished as stale, once, and all of it when the target fails', async () => {
    const { world } = scraping
    scraping.use(job())
    await scraping.keeper.start()
    const texts = ['x 1\ny 1\n', 'x 2\n', 'x 3\n']
    world.answer = () => ({ body: texts.shift() ?? '', status: texts.length === 0 ? 500 : 200 })
    const seen: string[][] = []
    for (let turn = 0; turn < 4; turn += 1) {
      await world.pass(10_000)
      seen.push(scraping.news())
    }
    expect(seen).toEqual([['x 1', 'y 1', 'up 1'], ['x 2', 'y stale', 'up 1'], ['x stale', 'up 0'], ['up 0']])
    expect(target(scraping)).toMatchObject({
      health: 'DOWN',
      last_error: 'The target answered with HTTP status 500.',
    })
  })

  it('tells the line of a text that is malformed', async () => {
    scraping.world.answer = () => ({ body: 'x 1\n\nx{ 2\n' })
    scraping.use(job())
    await scraping.keeper.start()
    await scraping.world.pass(10_000)
    expect(scraping.news()).toEqual(['up 0'])
    expect(target(scraping)?.last_error).toContain('Line 3')
  })

  it('keeps to what it had where storing failed: what vanished meanwhile is told with the next', async () => {
    const { world } = scraping
    scraping.use(job())
    await scraping.keeper.start()
    await world.pass(10_000)
    world.deliverFault = new Fault('QUEUE_FULL', 'full')
    await world.pass(10_000)
    expect(target(scraping)).toMatchObject({ health: 'DOWN', last_error: 'full' })
    world.deliverFault = undefined
    await world.pass(10_000)
    expect(target(scraping)).toMatchObject({ health: 'UP' })
    expect(await world.metrics.render()).toContain('aiops_scrape_reports_lost_total{job="j"} 1')
  })

  it('ends the series of a target that left the configuration, unless it is back in time', async () => {
    const { world } = scraping
    scraping.use(job())
    await scraping.keeper.start()
    await world.pass(10_000)
    scraping.news()
    world.scrapeFiles = []
    await world.pass(6_000)
    expect([target(scraping), scraping.news()]).toEqual([undefined, []])
    await world.pass(16_000)
    expect(scraping.news()).toEqual(['x stale', 'up stale'])
  })

  it('never asks one target twice at once, and counts what it left out', async () => {
    const { world } = scraping
    let release: (() => void) | undefined
    world.answer = () =>
      new Promise((resolve) => {
        release = () => resolve({ body: 'x 1\n' })
      })
    scraping.use(job())
    await scraping.keeper.start()
    await world.pass(45_000)
    expect(world.asked).toHaveLength(1)
    release?.()
    await world.settle()
    expect(await world.metrics.render()).toMatch(/aiops_scrapes_skipped_total\{job="j"\} [34]/)
    await world.pass(10_000)
    expect(world.asked).toHaveLength(2)
    release?.()
    await world.settle()
  })

  it('keeps the last good configuration where a new one is wrong, and says what is', async () => {
    const { world } = scraping
    scraping.use(job())
    await scraping.keeper.start()
    scraping.use(job(', proxy_url: x'))
    await world.pass(30_000)
    expect(scraping.keeper.state('default').problems).toEqual([
      { file: '/etc/p.yml', message: 'scrape_configs[0] ("j").proxy_url is not supported' },
    ])
    expect(target(scraping)).toMatchObject({ health: 'UP' })
    scraping.use(job(', metrics_path: /other'))
    await world.pass(30_000)
    expect(scraping.keeper.state('default')).toMatchObject({
      problems: [],
      targets: [{ url: 'http://a:1/other' }],
    })
  })

  it('finds targets in files and over HTTP, keeps the last where they fail, and sees changes', async () => {
    const { world } = scraping
    world.files.set('/etc/t.json', '[{"targets":["f:1"],"labels":{"from":"file"}}]')
    world.answer = ({ url }) =>
      url.includes('sd.test')
        ? { body: '[{"targets":["h:1","h:2"],"labels":{"from":"http"}}]' }
        : { body: 'x 1\n' }
    scraping.use(
      `{ job_name: j, file_sd_configs: [{ files: [t.json], refresh_interval: 5s }], http_sd_configs: [{ url: 'http://sd.test/x', refresh_interval: 5s }] }`,
    )
    await scraping.keeper.start()
    await world.settle()
    const urls = (): string[] => scraping.keeper.state('default').targets.map(({ url }) => url.slice(7, 10))
    expect(urls().sort()).toEqual(['f:1', 'h:1', 'h:2'])
    world.files.set('/etc/t.json', '{')
    world.answer = () => ({ status: 503, body: '' })
    await world.pass(5_000)
    expect(urls().sort()).toEqual(['f:1', 'h:1', 'h:2'])
    expect(scraping.keeper.state('default').problems).toHaveLength(2)
    world.files.set('/etc/t.json', '[]')
    await world.pass(5_000)
    expect(urls().sort()).toEqual(['h:1', 'h:2'])
  })

  it('gives a job’s samples to its tenant, shows them to that one alone, and knows no others', async () => {
    scraping.use(job(', tenant: other'), "{ job_name: k, static_configs: [{ targets: ['b:1'] }] }")
    await scraping.keeper.start()
    await scraping.world.pass(10_000)
    expect(scraping.world.delivered.filter(({ tenant }) => tenant === 'other').length).toBeGreaterThan(0)
    expect(scraping.keeper.state('other').targets.map(({ job: name }) => name)).toEqual(['j'])
    expect(scraping.keeper.state('default').targets.map(({ job: name }) => name)).toEqual(['k'])
    scraping.use(job(', tenant: nobody'))
    await scraping.world.pass(5_000)
    expect(scraping.keeper.state('default').problems[0]?.message).toContain('"nobody" does not exist')
  })
})

it('asks no more targets at once than it may', async () => {
  const scraping = new Scraping({ at_once_max: 3 })
  const { world } = scraping
  world.answer = () => world.clock.sleep(1).then(() => ({ body: 'x 1\n' }))
  const targets = Array.from({ length: 20 }, (_, at) => `'t${at}:1'`).join(',')
  scraping.use(
    `{ job_name: j, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{ targets: [${targets}] }] }`,
  )
  await scraping.keeper.start()
  await world.pass(3_000)
  expect(world.asked.length).toBeGreaterThan(20)
  expect(world.atOnceMost).toBeLessThanOrEqual(3)
  await world.pass(100)
  await scraping.keeper.stop()
})

it('is part of ingest: what it fetches is stored, and the door shows its state', async () => {
  const rig = await Rig.started()
  expect(rig.ingest.scrapeTargets('default')).toEqual({ targets: [], dropped: 0, problems: [], notes: [] })
})
