import { appendFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector'
import { constants, PerformanceObserver, performance } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/**
 * Preloaded into a server under test by `--import`: writes a line of JSON to the file in LOOP_HOLD_FILE whenever the event loop did not
 * come round for LOOP_HOLD_FROM_MS, 20 by default: how long by the wall clock, how much of that was CPU time of this thread, and how many
 * events were seen to. CPU time tells work of the server's own from a busy machine: other processes cannot make one event longer, though what
 * came while the server had no processor is then seen to in one round. With LOOP_HOLD_PROFILE it also says where the time went.
 */
const file = process.env.LOOP_HOLD_FILE
const [everyMs, profiledFromMs, anewMs] = [2, 20, 5_000]
const toldFromMs = Number(process.env.LOOP_HOLD_FROM_MS ?? 20)

export type Hold = { wallMs: number; cpuMs: number; events: number; where?: string[] }

if (isMainThread && file) {
  const profile = process.env.LOOP_HOLD_PROFILE ? profiling() : undefined
  let lastMs = performance.now()
  let lastCpu = cpuMs()
  let lastEvents = eventsSeen()
  const timer = setInterval(() => {
    const [nowMs, nowCpu] = [performance.now(), cpuMs()]
    const events = eventsSeen()
    const hold: Hold = { wallMs: nowMs - lastMs, cpuMs: nowCpu - lastCpu, events: events - lastEvents }
    lastEvents = events
    if (hold.wallMs >= toldFromMs) {
      const where = hold.cpuMs >= profiledFromMs ? profile?.(hold.wallMs) : undefined
      appendFileSync(file, `${JSON.stringify({ ...hold, ...(where ? { where } : {}) })}\n`)
    }
    ;[lastMs, lastCpu] = [performance.now(), cpuMs()]
  }, everyMs)
  timer.unref()
  if (process.env.LOOP_HOLD_GC) tellCollections(file)
}

/** Collections of this thread that took as long: a line with `gcMs` and whether it was a major one, beside the hold that it was part of. */
function tellCollections(into: string): void {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { duration } = entry
      const { kind } = (entry as PerformanceEntry & { detail: { kind: number } }).detail
      if (duration >= toldFromMs)
        appendFileSync(
          into,
          `${JSON.stringify({ gcMs: duration, major: kind === constants.NODE_PERFORMANCE_GC_MAJOR })}\n`,
        )
    }
  }).observe({ entryTypes: ['gc'] })
}

/** Input, output and what worker threads have done; timers are not counted. */
function eventsSeen(): number {
  return performance.nodeTiming.uvMetricsInfo.events
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/** Where the last so many milliseconds went: the innermost own functions with their shares, most first. */
function profiling(): (lastMs: number) => string[] {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: 1_000 })
  // One that goes on for good: to begin the only one goes through the whole heap, some 300 ms of 300 MB.
  console.profile('kept')
  session.post('Profiler.start')
  const taken = (): Profiler.Profile | undefined => {
    let profile: Profiler.Profile | undefined
    session.post('Profiler.stop', (_error, result) => {
      profile = result?.profile
    })
    session.post('Profiler.start')
    return profile
  }
  setInterval(taken, anewMs).unref()
  return (lastMs) => {
    const profile = taken()
    return profile ? placesOf(profile, lastMs) : []
  }
}

function placesOf(
  { nodes, samples = [], timeDeltas = [], endTime }: Profiler.Profile,
  lastMs: number,
): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  )
  const counts = new Map<string, number>()
  let at = endTime
  let counted = 0
  for (let i = samples.length - 1; i >= 0 && endTime - at < lastMs * 1_000; i -= 1) {
    const place = placeOf(samples[i]!, byId, parents)
    counts.set(place, (counts.get(place) ?? 0) + 1)
    counted += 1
    at -= timeDeltas[i] ?? 0
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([place, count]) => `${Math.round((count / counted) * 100)} % ${place}`)
}

/** The sample's own function, and the innermost one of ours that it was called for. */
function placeOf(
  sample: number,
  byId: Map<number, Profiler.ProfileNode>,
  parents: Map<number, number>,
): string {
  const innermost = byId.get(sample)?.callFrame.functionName || 'anonymous'
  for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
    const { functionName, url, lineNumber } = byId.get(id)!.callFrame
    const path = url.split('/server/src/')[1]
    if (path === undefined) continue
    const own = `${functionName || 'anonymous'} ${path}:${lineNumber + 1}`
    return id === sample ? own : `${innermost} of ${own}`
  }
  return innermost
}
