import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { ManualClock } from '../server/src/kernel/clock.ts'
import {
  type ClusterMemory,
  createClusterMemory,
} from '../server/src/service/kubernetes/memory/cluster-memory.ts'
import { MemoryConfig } from '../server/src/service/kubernetes/memory/config.ts'
import type { ObjectSink } from '../server/src/service/kubernetes/memory/sink.ts'
import { kindNames } from '../server/src/service/kubernetes/object/kind.ts'
import { KubernetesStream } from './kubernetes-stream.ts'
import { machine } from './machine.ts'
import { logLineOf, repeatable } from './pod-log-lines.ts'

// Figures of the two-hour memory of one cluster: `node bench/kubernetes-memory.ts [--minutes M]` plays simulated clusters to it, each in a
// process of its own, and prints one JSON object. Growth is what the process has more than before the memory was made, after a garbage
// collection: objects and what V8 has reserved. The simulation keeps a few numbers a pod.

const { values: options } = parseArgs({
  options: { scenario: { type: 'string' }, minutes: { type: 'string', default: '120' } },
})
const minutes = Number(options.minutes)
type Scenario = {
  pods: number
  changesPerSecond: number
  logLinesPerSecond: number
  minutes: number
}
const scenarios: Record<string, Scenario> = {
  '100 pods': { pods: 100, changesPerSecond: 2, logLinesPerSecond: 0, minutes },
  '100 pods with logs': { pods: 100, changesPerSecond: 2, logLinesPerSecond: 10, minutes },
  '20000 pods': {
    pods: 20_000,
    changesPerSecond: 200,
    logLinesPerSecond: 0,
    minutes: Math.min(15, minutes),
  },
}

if (options.scenario !== undefined) {
  const figures = await play(scenarios[options.scenario]!)
  process.stdout.write(JSON.stringify(figures))
} else {
  const figures: Record<string, unknown> = {}
  for (const name of Object.keys(scenarios)) {
    const args = ['--expose-gc', import.meta.filename, '--scenario', name, '--minutes', String(minutes)]
    figures[name] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  }
  process.stdout.write(`${JSON.stringify({ machine: machine(), ...figures }, null, 2)}\n`)
}

async function play(scenario: Scenario): Promise<object> {
  const clock = new ManualClock(Date.parse('2026-11-21T10:00:00Z'))
  const stream = new KubernetesStream(scenario.pods, clock.now())
  await warmUp(scenario)
  const before = await measured()
  const config = MemoryConfig.parse({})
  const memory = createClusterMemory(
    { clock: { ...bound(clock), monotonic: () => performance.now() } },
    config,
  )
  const timed = timing(memory)
  let heldMsMax = 0
  for (const [kind, objects] of stream.listing(clock.now(), memory)) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    heldMsMax = Math.max(
      heldMsMax,
      await holdOf(() => memory.replace(kind, undefined, objects as never, clock.now())),
    )
  }
  for (const kind of kindNames) memory.setKnown(kind, true)
  const listed = await measured()
  const listedBytes = memory.state().bytes
  timed.reset()
  const random = repeatable(3)
  let rssMax = 0
  for (let second = 0; second < scenario.minutes * 60; second++) {
    await clock.advance(1_000)
    const nowMs = clock.now()
    if (second % 10 === 0) stream.beat(timed.sink, nowMs)
    for (let i = 0; i < scenario.changesPerSecond; i++) stream.change(timed.sink, nowMs)
    for (let pod = 0; pod < (scenario.logLinesPerSecond > 0 ? scenario.pods : 0); pod++) {
      const { namespace } = stream.podRef(pod)
      const lines = Array.from({ length: scenario.logLinesPerSecond }, (_, i) => {
        const timeMs = nowMs - 1_000 + i * 97 + Math.floor(random() * 90)
        return { timeMs, text: logLineOf(pod, timeMs, random) }
      })
      timed.sink.logLines({ namespace, pod: `pod-${pod}`, container: 'app', previous: false }, lines)
    }
    if (second % 60 === 0) {
      for (let pod = 0; pod < scenario.pods; pod++) {
        const { namespace, name } = stream.podRef(pod)
        memory.podUsage(namespace, name, 'app', {
          timeMs: nowMs,
          windowMs: 15_000,
          cpuCores: random(),
          memoryBytes: random() * 1e9,
        })
      }
      rssMax = Math.max(rssMax, process.memoryUsage().rss)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const after = await measured()
  const state = memory.state()
  const queries = queryFigures(memory, stream, clock.now(), scenario)
  const growth = after.heap - before.heap
  return {
    pods: scenario.pods,
    minutes: scenario.minutes,
    changes: stream.changes,
    list: {
      growth_mb: mb(listed.heap - before.heap),
      accounted_mb: mb(listedBytes),
      loop_held_ms_max: ms(heldMsMax),
    },
    growth_heap_mb: mb(growth),
    growth_rss_mb: mb(after.rss - before.rss),
    rss_mb: mb(after.rss),
    rss_max_mb: mb(rssMax),
    accounted_mb: mb(state.bytes),
    accounted_to_heap: Number((state.bytes / growth).toFixed(2)),
    versions: state.versions,
    log_lines: state.log_lines,
    remembered_minutes: ms((clock.now() - Date.parse(state.since)) / 60_000),
    namespaces_shortened: state.shortened.length,
    shortest_minutes: ms(
      Math.min(
        scenario.minutes,
        ...state.shortened.map(({ since }) => (clock.now() - Date.parse(since)) / 60_000),
      ),
    ),
    cpu_us_per_change: timed.figures(),
    queries_ms: queries,
  }
}

/** Code and schemas are there before anything is measured. */
async function warmUp({ pods, logLinesPerSecond }: Scenario): Promise<void> {
  const clock = new ManualClock()
  const memory = createClusterMemory({ clock }, MemoryConfig.parse({}))
  const stream = new KubernetesStream(Math.min(500, pods), clock.now())
  for (const [kind, objects] of stream.listing(clock.now(), memory))
    await memory.replace(kind, undefined, objects as never, clock.now())
  for (let i = 0; i < 5_000; i++) stream.change(memory, clock.now())
  const random = repeatable(1)
  for (let i = 0; i < (logLinesPerSecond > 0 ? 200_000 : 0); i++) {
    const about = { namespace: 'warm', pod: `pod-${i % 100}`, container: 'app', previous: false }
    memory.logLines(about, [{ timeMs: clock.now() + i, text: logLineOf(i % 100, clock.now() + i, random) }])
  }
}

function queryFigures(
  memory: ClusterMemory,
  stream: KubernetesStream,
  nowMs: number,
  scenario: Scenario,
): object {
  const random = repeatable(11)
  const since = Math.max(
    ...[memory.state().since, ...memory.state().shortened.map((one) => one.since)].map((one) =>
      Date.parse(one),
    ),
  )
  const at = (): number => since + random() * (nowMs - since)
  const pod = () => stream.podRef(Math.floor(random() * scenario.pods))
  const asked: Record<string, () => unknown> = {
    'list pods': () => memory.view().list('Pod'),
    'pods of a namespace': () => memory.view().list('Pod', pod().namespace),
    'pods of a node': () => memory.view().podsOn(`node-${Math.floor(random() * stream.nodes)}`),
    'events of a pod': () => memory.view().eventsOf({ kind: 'Pod', ...pod() }),
    'pods at a time': () => memory.viewAt(at()).list('Pod'),
    'pods of a namespace at a time': () => memory.viewAt(at()).list('Pod', pod().namespace),
    'changes of an hour': () => memory.changes({ startMs: nowMs - 3_600_000, endMs: nowMs, limit: 200 }),
    'causes of two hours': () => memory.changes({ startMs: 0, endMs: nowMs, causes: true, limit: 200 }),
    'changes by owner': () => memory.changes({ startMs: 0, endMs: nowMs, owner: 'app-3', limit: 200 }),
    'history of a pod': () => memory.history({ kind: 'Pod', ...pod() }),
  }
  if (scenario.logLinesPerSecond > 0) {
    const about = (): { namespace: string; pod: string; previous: boolean } => {
      const i = Math.floor(random() * scenario.pods)
      return { namespace: stream.podRef(i).namespace, pod: `pod-${i}`, previous: false }
    }
    asked['last 100 log lines'] = () => memory.logTail({ ...about(), tailLines: 100 })
    asked['last 2000 log lines'] = () => memory.logTail({ ...about(), tailLines: 2_000 })
    asked['100 log lines an hour ago'] = () =>
      memory.logTail({ ...about(), tailLines: 100, untilMs: nowMs - 3_600_000 })
  }
  return Object.fromEntries(
    Object.entries(asked).map(([name, ask]) => {
      const times = Array.from({ length: 200 }, () => {
        const started = performance.now()
        ask()
        return performance.now() - started
      }).sort((a, b) => a - b)
      return [name, { p50: ms(times[100]!), p95: ms(times[190]!) }]
    }),
  )
}

/** Counts the time of the memory alone: the simulation makes and reads objects too. */
function timing(memory: ClusterMemory): { sink: ObjectSink; reset(): void; figures(): object } {
  const spent: Record<string, { us: number; calls: number; usMax: number }> = {}
  const around = (name: string, call: () => void): void => {
    const started = performance.now()
    call()
    const us = (performance.now() - started) * 1_000
    spent[name] ??= { us: 0, calls: 0, usMax: 0 }
    spent[name].us += us
    spent[name].calls++
    spent[name].usMax = Math.max(spent[name].usMax, us)
  }
  const sink: ObjectSink = {
    replace: (...args) => memory.replace(...args),
    put: (...args) => around(args[0] === 'Lease' ? 'heartbeat' : 'put', () => memory.put(...args)),
    remove: (...args) => around('remove', () => memory.remove(...args)),
    setKnown: (...args) => memory.setKnown(...args),
    nodeUsage: (...args) => memory.nodeUsage(...args),
    podUsage: (...args) => memory.podUsage(...args),
    logLines: (...args) => around('ten log lines', () => memory.logLines(...args)),
  }
  return {
    sink,
    reset: () => {
      for (const name of Object.keys(spent)) delete spent[name]
    },
    figures: () =>
      Object.fromEntries(
        Object.entries(spent).map(([name, { us, calls, usMax }]) => [
          name,
          { mean: ms(us / calls), max: ms(usMax), calls },
        ]),
      ),
  }
}

/** The longest that the event loop did not come round while the work was done, milliseconds. */
async function holdOf(work: () => Promise<void>): Promise<number> {
  let [last, max] = [performance.now(), 0]
  const look = (): void => {
    max = Math.max(max, performance.now() - last)
    last = performance.now()
    next = setImmediate(look)
  }
  let next = setImmediate(look)
  await work()
  clearImmediate(next)
  return Math.max(max, performance.now() - last)
}

async function measured(): Promise<{ heap: number; rss: number }> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, rss }
}

function bound(clock: ManualClock) {
  return {
    now: () => clock.now(),
    after: clock.after.bind(clock),
    every: clock.every.bind(clock),
    sleep: clock.sleep.bind(clock),
  }
}
function mb(bytes: number): number {
  return Number((bytes / 1e6).toFixed(1))
}
function ms(value: number): number {
  return Number(value.toFixed(2))
}
