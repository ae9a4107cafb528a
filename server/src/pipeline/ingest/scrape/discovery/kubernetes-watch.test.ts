import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../../kernel/random.ts'
import { World } from '../../pull/source.suite.ts'
import { parseScrapeDocument } from '../scrape-document.ts'
import { FakeApi } from './kubernetes-api.suite.ts'
import { objectSource } from './kubernetes-api.ts'
import { KubernetesWatch } from './kubernetes-watch.ts'

const { jobs } = parseScrapeDocument(
  'p.yml',
  "scrape_configs: [{ job_name: k, kubernetes_sd_configs: [{ role: pod, api_server: 'https://api.test' }] }]",
)
const [config] = jobs[0]!.kubernetes_sd_configs
const pod = (name: string, own: object = {}) => ({ metadata: { name, namespace: 'shop' }, ...own })

class Bench {
  readonly world = new World()
  readonly api = new FakeApi()
  readonly errors: unknown[] = []
  readonly watch: KubernetesWatch
  recovered = 0

  constructor(seed = 1) {
    const { world, api } = this
    const http = { send: api.send, stream: api.stream }
    const deps = { ...world.pulling(), http, clock: world.clock, random: seededRandom(seed) }
    const source = objectSource(config!, 'p.yml', async () => '/api/v1/pods', undefined, deps)
    this.watch = new KubernetesWatch(source, {
      ...{ clock: world.clock, random: deps.random, changed: () => undefined },
      recovered: () => {
        this.recovered += 1
      },
      failed: (error) => this.errors.push(error),
    })
  }

  /** Versions by name, as known and as they are. */
  get known(): string[] {
    return [...this.watch.objects.values()]
      .map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
      .sort()
  }
  get real(): string[] {
    return [...(this.api.objects.get('pods')?.values() ?? [])]
      .map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
      .sort()
  }
  asked(): string[] {
    return this.api.asked.splice(0).map(({ url }) => {
      const query = new URL(url).searchParams
      const version = query.get('resourceVersion') ?? ''
      return query.get('watch')
        ? `watch ${version}`
        : `list ${version}${query.get('continue') ? ' more' : ''}`
    })
  }
}

let bench: Bench
const begin = async (seed?: number): Promise<Bench> => {
  bench = new Bench(seed)
  for (const name of ['a', 'b', 'c', 'd']) bench.api.put('pods', pod(name))
  bench.watch.start()
  await bench.world.settle()
  return bench
}
afterEach(() => bench.watch.stop())

describe('a watch of the Kubernetes API', () => {
  it('lists page by page, then follows from there', async () => {
    const { api, world } = await begin()
    expect(bench.known).toEqual(bench.real)
    api.put('pods', pod('e'))
    api.put('pods', pod('a', { status: { podIP: '10.0.0.1' } }))
    api.delete('pods', 'shop/b')
    await world.settle()
    expect(bench.known).toEqual(bench.real)
    expect(bench.asked()).toEqual(['list 0', 'list  more', 'watch 104'])
  })

  it('goes on where it was when the watch ends or breaks, by events and by bookmarks', async () => {
    const { api, world } = await begin()
    api.put('pods', pod('e'))
    await world.pass(300_000)
    api.cut()
    await world.settle()
    expect(bench.asked().at(-1)).toBe('watch 105')
    // Changes of other objects alone: without the bookmark 105 would be asked for.
    api.version += 50
    api.bookmark()
    await world.settle()
    api.cut(true)
    await world.settle()
    await world.pass(2_000)
    expect(bench.asked()).toEqual(['watch 155'])
    expect(bench.errors).toHaveLength(1)
    expect(bench.recovered).toBe(1)
  })

  it.each([true, false])(
    'lists anew, not from the cache, once its place is not kept (410 as an event: %s)',
    async (told) => {
      const { api, world } = await begin()
      api.tellsExpiry = told
      // The API server's cache still shows how it was.
      api.lag()
      api.cut(true)
      await world.settle()
      api.delete('pods', 'shop/a')
      api.put('pods', pod('f'))
      api.compact()
      await world.pass(2_000)
      await world.pass(2_000)
      expect(bench.known).toEqual(bench.real)
      expect(bench.asked()).toEqual([
        'list 0',
        'list  more',
        'watch 104',
        'watch 104',
        'list ',
        'list  more',
        'watch 106',
      ])
    },
  )

  it('waits longer and longer while the API fails, keeps what it knew, and says when it is back', async () => {
    const { api, world } = await begin()
    api.refusals.push(...Array<number>(6).fill(500))
    api.cut(true)
    await world.settle()
    const waits: number[] = []
    for (let seconds = 0; seconds < 100; seconds += 1) {
      await world.pass(1_000)
      if (bench.asked().length > 0) waits.push(seconds)
    }
    expect(waits.length).toBeLessThan(12)
    expect(bench.known).toEqual(bench.real)
    expect(bench.errors).toHaveLength(7)
    expect([bench.watch.isFailing, bench.recovered]).toEqual([false, 1])
  })

  it('does not ask all the time where watches end at once', async () => {
    const { api, world } = await begin()
    for (let seconds = 0; seconds < 60; seconds += 1) {
      api.cut()
      await world.pass(1_000)
    }
    expect(bench.asked().length).toBeLessThan(70)
  })

  it('ends with the program, and keeps no connection', async () => {
    const { api, watch } = await begin()
    expect(api.watching).toBe(1)
    await watch.stop()
    expect(api.watching).toBe(0)
  })

  it('has what the API has in the end, whatever happened: 1,000 histories', async () => {
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const random = seededRandom(seed)
      const { api, world, watch } = await begin(seed)
      for (let step = 0; step < 25; step += 1) {
        misfortune(api, random.next(), `p${Math.floor(random.next() * 6)}`)
        if (random.next() < 0.5) await new Promise<void>((resolve) => setImmediate(resolve))
        if (random.next() < 0.2) await world.clock.advance(random.next() * 5_000)
      }
      api.refusals.splice(0)
      api.cached = undefined
      for (let i = 0; i < 4; i += 1) await world.pass(31_000)
      expect(bench.known, `seed ${seed}`).toEqual(bench.real)
      await watch.stop()
    }
  }, 60_000)
})

function misfortune(api: FakeApi, chance: number, name: string): void {
  if (chance < 0.35) api.put('pods', pod(name))
  else if (chance < 0.5) api.delete('pods', `shop/${name}`)
  else if (chance < 0.6) api.bookmark()
  else if (chance < 0.7) api.cut()
  else if (chance < 0.8) api.cut(true)
  else if (chance < 0.86) api.compact()
  else if (chance < 0.92) api.refusals.push(chance < 0.89 ? 500 : 429)
  else if (chance < 0.96) api.lag()
  else api.tellsExpiry = !api.tellsExpiry
}
