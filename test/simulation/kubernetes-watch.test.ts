import { afterAll, expect, it } from 'vitest'
import { createClusterApi } from '../../server/src/adapter/kubernetes/cluster-api.ts'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { type Random, seededRandom } from '../../server/src/kernel/random.ts'
import type { Kind } from '../../server/src/service/kubernetes/object/kind.ts'
import { createClusterWatch } from '../../server/src/service/kubernetes/watch/cluster-watch.ts'
import { KubernetesWatchConfig } from '../../server/src/service/kubernetes/watch/config.ts'
import { type ApiServer, createApiServer } from '../kubernetes/index.ts'
import { lineOf, MapSink } from './map-sink.ts'

const seeds = Number(process.env.WATCH_SEEDS ?? '1000')
const parts = 10
const kinds = ['Namespace', 'Pod', 'ConfigMap'] as const satisfies Kind[]
const happened: Record<string, number> = {}
const note = (what: string): void => {
  happened[what] = (happened[what] ?? 0) + 1
}

/**
 * Sooner than in the field, so that a test lives through hours. The regular list is there for what only a new list can show; it would hide
 * any other mistake, so half of the seeds do without both.
 */
const config = (random: Random, relists: boolean) =>
  KubernetesWatchConfig.parse({
    initial_list: random.next() < 0.5 ? 'page' : 'stream',
    page_objects: 3,
    watch_timeout: '40s',
    silence_max: '15s',
    relist_interval: relists ? '1m' : '1000h',
    denied_retry: '10s',
    namespaces: ['a', 'b', 'c'],
  })

function change(server: ApiServer, random: Random): void {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)]!
  const kind = pick(kinds)
  const namespace = kind === 'Namespace' ? '' : pick(['a', 'b', 'c'])
  const name = `n${Math.floor(random.next() * 8)}`
  if (random.next() < 0.3) {
    server.delete(kind, namespace, name)
    return
  }
  const data = { note: '€'.repeat(Math.floor(random.next() * 40)), round: String(random.next()) }
  server.put(kind, {
    metadata: { name, ...(namespace === '' ? {} : { namespace }), annotations: data },
    ...(kind === 'Pod' ? { spec: { containers: [{ name: 'c', image: 'i' }] } } : {}),
  })
}

/** A deletion that nobody was told of, and versions that were given twice before anybody looked. */
const onlyListsShow = new Set(['lost deletes', 'restart from a backup'])
/** Servers that let nobody read pods in all namespaces at once. */
const narrow = new WeakSet<ApiServer>()
const faults: Record<string, (server: ApiServer, random: Random) => void> = {
  'expired within the stream': (server) => server.watches.expireAll(),
  'compacted, then dropped': (server) => {
    server.compact()
    server.watches.breakAll()
  },
  'dropped connections': (server) => server.watches.breakAll(),
  'closed at random': (server) => server.watches.endAll(),
  'split chunks': (server, random) => {
    server.faults.pieceBytesMax = 1 + Math.floor(random.next() * 60)
  },
  duplicates: (server) => {
    server.faults.duplicateChance = 0.5
  },
  'breaks after events': (server) => {
    server.faults.breakChance = 0.2
  },
  'requests without answer': (server) => {
    server.faults.dropChance = 0.3
  },
  'lost deletes': (server) => {
    server.faults.lostDeleteChance = 0.5
  },
  'gaps in versions': (server) => {
    server.faults.gapChance = 0.5
  },
  'another order across kinds': (server, random) => {
    server.watches.hold(random.next() < 0.5 ? 'pods' : 'configmaps')
  },
  'restart with history': (server) => server.restart({ keepHistory: true }),
  'restart without history': (server) => server.restart(),
  'restart from a backup': (server) => {
    const back = Math.max(Number(server.resourceVersion) - 5, 0)
    server.restart({ backTo: String(back) })
  },
  'too many requests': (server) => {
    server.faults.refuse = { status: 429, reason: 'TooManyRequests', retryAfterSeconds: 2, times: 4 }
  },
  unavailable: (server) => {
    server.faults.refuse = { status: 503, reason: 'ServiceUnavailable', times: 5 }
  },
  'forbidden for a while': (server) => {
    server.faults.forbidden.add('pods')
  },
  'allowed in each namespace only': (server) => {
    narrow.add(server)
  },
  'no bookmarks': (server) => {
    server.faults.areBookmarksMissing = true
  },
  'WatchList switched off': (server) => {
    server.faults.isWatchListMissing = true
  },
}

function heal(server: ApiServer): void {
  const { forbidden } = server.faults
  forbidden.clear()
  narrow.delete(server)
  Object.assign(server.faults, {
    ...{ breakChance: 0, dropChance: 0, duplicateChance: 0, lostDeleteChance: 0, gapChance: 0 },
    ...{ pieceBytesMax: 0, refuse: undefined, areBookmarksMissing: false },
  })
  server.watches.release()
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

async function live(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const relists = seed % 2 === 0
  const clock = new ManualClock()
  const server: ApiServer = createApiServer({
    ...{ clock, seed, historyMax: 60, bookmarkMs: 5_000 },
    access: (_, { resource, namespace }) =>
      resource !== 'pods' || namespace !== undefined || !narrow.has(server),
  })
  const api = createClusterApi(
    { http: server.http, streams: server.http, clock },
    { server: 'http://cluster.test', access: async () => ({ headers: {} }) },
  )
  const sink = new MapSink()
  const deps = { clock, random, metrics: createMetrics(), log: silentLog }
  for (let i = 0; i < 30; i += 1) change(server, random)
  const watch = createClusterWatch(deps, config(random, relists), { api, name: 'c' }, sink, kinds)
  await watch.start()
  const names = Object.keys(faults).filter((name) => relists || !onlyListsShow.has(name))
  for (let round = 0; round < 3; round += 1) {
    for (let step = 0; step < 12; step += 1) {
      for (let i = Math.floor(random.next() * 5); i > 0; i -= 1) change(server, random)
      if (random.next() < 0.5) {
        const name = names[Math.floor(random.next() * names.length)]!
        note(name)
        faults[name]?.(server, random)
      }
      await clock.advance(Math.floor(random.next() * 3_000))
      await settle()
    }
    heal(server)
    // Longest back-off, retry of what was denied, two bookmarks, and the next list for what was lost on the way.
    await clock.advance(150_000)
    await settle()
    for (const kind of kinds)
      expect(sink.lines(kind), `${kind} in round ${round} of seed ${seed}`).toEqual(
        server.list(kind).map(lineOf).sort(),
      )
    expect(watch.state().map(({ state }) => state)).toEqual(kinds.map(() => 'WATCHING'))
    expect(watch.state().map(({ objects }) => objects)).toEqual(kinds.map((kind) => server.count(kind)))
    expect(kinds.map((kind) => sink.known.get(kind))).toEqual(kinds.map(() => true))
  }
  expect(sink.complaints).toEqual([])
  await watch.stop()
  expect(server.watches.count).toBe(0)
}

it.each(Array.from({ length: parts }, (_, part) => part))(
  'whatever happens to a watch, it comes to what a fresh list shows (part %i of ten)',
  { timeout: 600_000 },
  async (part) => {
    const count = Math.ceil(seeds / parts)
    for (let seed = part * count; seed < (part + 1) * count; seed += 1) await live(seed)
  },
)

afterAll(() => {
  if (seeds >= 1_000) expect(Object.keys(happened).sort()).toEqual(Object.keys(faults).sort())
})
