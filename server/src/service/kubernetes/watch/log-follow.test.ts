import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createApiServer } from '../../../../../test/kubernetes/index.ts'
import { createClusterApi } from '../../../adapter/kubernetes/cluster-api.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { atOnce } from '../../../kernel/stepwise.ts'
import { ClusterApiFailure } from '../../../port/cluster-api.ts'
import { Pod } from '../object/pod.ts'
import { LogFollowConfig } from './config.ts'
import { createLogFollow } from './log-follow.ts'
import { LineReader, LogPlace, timedLine } from './log-line.ts'
import { troubledContainers, type WantedLog } from './log-wanted.ts'

function rig(config: Partial<LogFollowConfig> = {}) {
  const clock = new ManualClock()
  const server = createApiServer({ clock })
  const spec = { containers: [{ name: 'main', image: 'i' }] }
  for (const name of ['p', 'q']) server.put('Pod', { metadata: { name, namespace: 'a' }, spec })
  const api = createClusterApi(
    { http: server.http, streams: server.http, clock },
    { server: 'http://cluster.test', access: async () => ({ headers: {} }) },
  )
  const lines: string[] = []
  const times: number[] = []
  let wanted: WantedLog[] = [{ namespace: 'a', pod: 'p', uid: 'u', container: 'main', restarts: 0 }]
  const follow = createLogFollow(
    { api, clock, random: seededRandom(1), metrics: createMetrics() },
    LogFollowConfig.parse(config),
    {
      logLines(about, told) {
        for (const { text, timeMs } of told) {
          lines.push(`${about.pod}${about.previous ? ' previous' : ''}: ${text}`)
          times.push(timeMs)
        }
      },
    },
    async () => wanted,
  )
  const settle = async () => {
    for (let i = 0; i < 10; i += 1) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return {
    ...{ clock, server, api, lines, times, follow },
    want: (next: WantedLog[]) => {
      wanted = next
    },
    say: (text: string, pod = 'p') => server.logs.append('a', pod, 'main', text, clock.now()),
    async pass(ms: number) {
      await settle()
      await clock.advance(ms)
      await settle()
    },
  }
}
const one: WantedLog = { namespace: 'a', pod: 'p', uid: 'u', container: 'main', restarts: 0 }

describe('a followed log', () => {
  it('goes on over rotation and broken connections, each line once', async () => {
    const { server, lines, times, follow, say, pass } = rig()
    say('before')
    await follow.start()
    await pass(100)
    for (let i = 0; i < 20; i += 1) {
      say(`line ${i} ä`)
      await pass(130)
      if (i % 7 === 3) server.logs.rotate('a', 'p', 'main')
      // Written while nobody follows.
      say(`gap ${i}`)
      await pass(i % 7 === 3 ? 3_000 : 130)
    }
    await pass(40_000)
    expect(lines).toEqual([
      'p: before',
      ...Array.from({ length: 20 }, (_, i) => [`p: line ${i} ä`, `p: gap ${i}`]).flat(),
    ])
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    await follow.stop()
    say('after')
    await pass(60_000)
    expect(lines.at(-1)).toBe('p: gap 19')
  })

  it('of a container that restarted has the end of its last run once, and then the new one', async () => {
    const { server, lines, follow, want, say, pass } = rig()
    await follow.start()
    say('started')
    await pass(1_500)
    server.faults.refuse = { status: 503, reason: 'ServiceUnavailable', times: 1 }
    server.logs.rotate('a', 'p', 'main')
    say('panic')
    server.logs.restart('a', 'p', 'main')
    await pass(500)
    say('started again')
    want([{ ...one, restarts: 1 }])
    await pass(60_000)
    expect(lines).toEqual(['p: started', 'p previous: panic', 'p: started again'])
    want([{ ...one, restarts: 2 }])
    await pass(60_000)
    expect(lines).toHaveLength(3)
    await follow.stop()
  })

  it('is followed for as long as it is wanted, and no more of them than the setting says', async () => {
    const { lines, follow, want, say, pass } = rig({ containers_max: 1 })
    await follow.start()
    want([one, { ...one, pod: 'q' }])
    await pass(11_000)
    expect(follow.count).toBe(1)
    say('not followed', 'q')
    want([{ ...one, pod: 'q' }])
    say('p ends')
    await pass(11_000)
    say('nobody listens')
    say('followed', 'q')
    await pass(11_000)
    expect(lines).toEqual(['p: p ends', 'q: not followed', 'q: followed'])
    want([])
    await pass(11_000)
    expect(follow.count).toBe(0)
    await follow.stop()
  })

  it('is asked for less and less while its container is created', async () => {
    const { api, follow, pass } = rig()
    let asked = 0
    api.logs = async () => {
      asked += 1
      throw new ClusterApiFailure(
        400,
        'BadRequest',
        'container "main" is waiting to start: ContainerCreating',
      )
    }
    await follow.start()
    await pass(300_000)
    expect(asked).toBeGreaterThan(10)
    expect(asked).toBeLessThan(25)
    await follow.stop()
  })
})

it('lines come out as they went in, however they are cut, long ones shortened', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat()), (texts, cuts) => {
      const clean = texts.map((text) => text.replaceAll(/[\r\n]/g, ''))
      const bytes = Buffer.from(clean.map((text) => `${text}\n`).join(''))
      const reader = new LineReader(40)
      const found: string[] = []
      let from = 0
      for (const end of [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
        found.push(...reader.read(bytes.subarray(from, end)))
        from = end
      }
      found.push(...reader.end())
      expect(found).toHaveLength(clean.length)
      for (const [i, text] of clean.entries()) {
        const line = found[i] ?? ''
        if (Buffer.byteLength(text) <= 40) expect(line).toBe(text)
        else expect([line.endsWith('…'), text.startsWith(line.slice(0, -1))]).toEqual([true, true])
      }
    }),
  )
})

it('whatever part of a log is told again, each of its lines counts once', () => {
  const time = (ms: number, i: number) =>
    `${new Date(ms).toISOString().slice(0, -1)}${String(i).padStart(6, '0')}Z`
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(900), fc.constantFrom('a', 'b', 'c')), { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(60), { maxLength: 8 }),
      (steps, stops) => {
        let ms = 1_700_000_000_000
        const log = steps.map(([step, text], i) => {
          ms += step
          return timedLine(`${time(ms, i)} ${text}`)
        })
        const place = new LogPlace()
        const told: string[] = []
        for (const stop of [...stops, log.length]) {
          const since = place.since === undefined ? 0 : Date.parse(place.since)
          for (const line of log.slice(0, stop))
            if (line.timeMs >= since && place.take(line)) told.push(line.time)
        }
        expect(told).toEqual(log.map((line) => line.time))
      },
    ),
  )
})

it('a second with more lines than are remembered tells none of them twice', () => {
  const place = new LogPlace()
  const at = (ms: number, i: number) =>
    timedLine(`2026-01-01T00:00:00.${String(ms).padStart(3, '0')}Z line ${i}`)
  const lines = Array.from({ length: 9_000 }, (_, i) => at(Math.floor(i / 9), i))
  expect(lines.filter((line) => place.take(line)).length).toBeGreaterThan(4_000)
  expect(lines.filter((line) => place.take(line))).toEqual([])
})

it('only containers with trouble are wanted, those that fail now first', () => {
  const pod = (name: string, status: object, ready: boolean) =>
    Pod.parse({
      metadata: { name, namespace: 'a', uid: name },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
        ...status,
      },
    })
  const container = (restartCount: number, state: object) => ({ name: 'main', restartCount, state })
  const running = { running: {} }
  const pods = [
    pod('well', { containerStatuses: [container(0, running)] }, true),
    pod('restarted', { containerStatuses: [container(2, running)] }, true),
    pod('unready', { containerStatuses: [container(0, running)] }, false),
    pod(
      'crashing',
      { containerStatuses: [container(9, { waiting: { reason: 'CrashLoopBackOff' } })] },
      false,
    ),
    pod(
      'creating',
      { containerStatuses: [container(0, { waiting: { reason: 'ContainerCreating' } })] },
      false,
    ),
    pod(
      'done',
      { phase: 'Succeeded', containerStatuses: [container(1, { terminated: { exitCode: 0 } })] },
      false,
    ),
  ]
  const wanted = atOnce(troubledContainers(pods))
  expect(wanted.map((one) => [one.pod, one.restarts])).toEqual([
    ['crashing', 9],
    ['unready', 0],
    ['restarted', 2],
  ])
})
