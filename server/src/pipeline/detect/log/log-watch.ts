import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { LogBatch, StoredLog } from '../../../port/log-store.ts'
import { type LogLink, openInlineLogs, openWorkerLogs } from '../link-logs.ts'
import type { LogWatchConfig } from './config.ts'
import { logShapes } from './finding.ts'
import type { LogWatch, LogWatchDeps } from './index.ts'
import { lineBlockOf } from './line-block.ts'
import { LogEngine, type LogReply, type LogStats } from './log-engine.ts'
import { LogMemory } from './log-memory.ts'
import { logSettingsOf } from './log-settings.ts'
import { openSignals } from './signals.ts'

const tickMs = 1_000
/** How often what is known is written: stored lines tell of the time since. */
const rememberMs = 600_000
/** Lines that cross to the thread at once: about a millisecond of copying. */
const blockLines = 2_000
/** Characters on their way to the thread; two bytes each at most. */
const charsMax = 16 * 2 ** 20
/** A thread that dies is started again this many times in a run. */
const restartsMax = 5
const shapes: readonly string[] = logShapes

export function createLogWatch(deps: LogWatchDeps, config: LogWatchConfig): LogWatch {
  const { bus, clock, metrics, log, anomalies } = deps
  const settings = logSettingsOf(config)
  const { findings, made, remarks } = openSignals(deps)
  const linesTaken = metrics.counter('aiops_log_lines_mined_total', 'Log lines that were mined for patterns.')
  const skipped = metrics.counter(
    'aiops_log_lines_skipped_total',
    'Log lines that were not mined because more came than can be mined.',
  )
  const failures = metrics.counter(
    'aiops_log_mining_failures_total',
    'Threads that mined log lines and died.',
  )
  let stats: LogStats = { sources: 0, patterns: 0, bytes: 0, late: 0, other: 0, evicted: 0, refused: 0 }
  const shown: readonly (readonly [string, string, () => number])[] = [
    ['aiops_log_sources', 'Services whose lines are mined.', () => stats.sources],
    ['aiops_log_patterns', 'Patterns of log lines that are known.', () => stats.patterns],
    ['aiops_log_patterns_bytes', 'Memory they take, about.', () => stats.bytes],
    [
      'aiops_log_lines_late',
      'Lines since the start that came after their interval was closed.',
      () => stats.late,
    ],
    ['aiops_log_lines_other', 'Lines of patterns beyond the bounds.', () => stats.other],
    ['aiops_log_lines_refused', 'Lines of services beyond the bound: not mined.', () => stats.refused],
    ['aiops_log_sources_evicted', 'Services given up for others since the start.', () => stats.evicted],
    ['aiops_log_queue_depth', 'Lines on their way to be mined.', () => pending],
  ]
  for (const [name, text, read] of shown) metrics.gauge(name, text, [], (gauge) => gauge.set(read()))
  const stops: (() => void)[] = []
  const wake: (() => void)[] = []
  /** Tenants whose stored lines are learned from, or were. */
  const learned = new Set<TenantId>()
  let link: LogLink | undefined
  let pending = 0
  /** Of the same blocks, in their order: how many characters. */
  let queued: number[] = []
  let queuedChars = 0
  let restarts = 0
  const memory = new LogMemory(deps.snapshots, log)
  /** What a process before this one knew. */
  let recalled: Uint8Array | undefined
  let stopped = false

  /** Begun with the first line: who sends no logs pays for no thread. */
  function linkUp(): LogLink | undefined {
    if (link || stopped || restarts > restartsMax) return link
    const events = { reply: onReply, failed: onFailed }
    link = config.worker
      ? openWorkerLogs(deps.minerWorker, settings, events)
      : openInlineLogs(new LogEngine(settings, deps.mining), events)
    if (recalled) link.send({ kind: 'recall', known: recalled })
    return link
  }

  function onReply(reply: LogReply): void {
    if (reply.lines > 0) {
      pending -= reply.lines
      queuedChars -= queued.shift() ?? 0
    }
    linesTaken.inc(reply.lines)
    stats = reply.stats
    if (reply.known) memory.write(reply.known)
    if (reply.refused !== undefined) memory.refused(reply.refused)
    made.learn(reply.series)
    made.tell(reply.points)
    for (const finding of reply.findings) {
      findings.apply(finding)
      if (finding.kind === 'OPENED' && finding.shape !== 'NEW_PATTERN') made.note(finding)
    }
    for (const source of reply.gone)
      findings.closeAll('its service was given up for others', `${source}\u0000`)
    if (!isFull()) resume()
  }

  function onFailed(error: Error): void {
    failures.inc()
    log.error({ error: messageOf(error) }, 'the thread that mines log lines died; patterns are learned anew')
    link = undefined
    pending = 0
    queued = []
    queuedChars = 0
    restarts += 1
    learned.clear()
    findings.closeAll('its thread died and patterns are learned anew')
    resume()
  }

  function resume(): void {
    for (const one of wake.splice(0)) one()
  }

  const isFull = (): boolean => pending >= config.queue_lines_max || queuedChars >= charsMax

  async function room(): Promise<void> {
    while (!stopped && link && isFull()) await new Promise<void>((resolve) => wake.push(resolve))
  }

  function send(tenant: TenantId, records: readonly StoredLog[], from: number, history: boolean): void {
    const to = Math.min(records.length, from + blockLines)
    const block = lineBlockOf(tenant, records, from, to, history)
    const nowMs = clock.now()
    for (const { name, version } of block.sources) if (!history) remarks.saw(tenant, name, version, nowMs)
    if (block.source.length === 0) return
    pending += block.source.length
    queued.push(block.text.length)
    queuedChars += block.text.length
    linkUp()?.send({ kind: 'lines', nowMs, block })
  }

  function onLogs({ tenant, records }: LogBatch): void | Promise<void> {
    if (!linkUp()) return
    if (!learned.has(tenant)) void learn(tenant)
    if (records.length > blockLines) return sendAll(tenant, records, false)
    if (isFull()) skipped.inc(records.length)
    else send(tenant, records, 0, false)
  }

  /** Live lines wait for nobody: whoever sends them would be refused. Those of the store do. */
  async function sendAll(tenant: TenantId, records: readonly StoredLog[], history: boolean): Promise<void> {
    const turn = new Turn(clock)
    for (let from = 0; from < records.length && !stopped; from += blockLines) {
      if (history) await room()
      if (!history && isFull()) skipped.inc(Math.min(blockLines, records.length - from))
      else send(tenant, records, from, history)
      if (turn.due()) await turn.give()
    }
  }

  /** Reads what is stored, so that a restart forgets nothing: patterns are named by their templates alone. */
  async function learn(tenant: TenantId): Promise<void> {
    learned.add(tenant)
    const endMs = clock.now()
    const startMs = endMs - durationMs(config.history)
    let left = config.history_lines
    try {
      if (left > 0)
        for await (const batch of deps.logStore.scan({
          ...{ tenant, matchers: [], lines: [], startMs, endMs },
          direction: 'ANY',
        })) {
          await sendAll(tenant, batch.slice(0, left), true)
          left -= batch.length
          if (left <= 0 || stopped) break
        }
    } catch (error) {
      log.warn({ tenant, error: messageOf(error) }, 'stored log lines could not be learned from')
    }
    link?.send({ kind: 'learned', tenant, nowMs: clock.now() })
  }

  return {
    async start() {
      for (const anomaly of await anomalies.active())
        if (shapes.includes(anomaly.shape))
          findings.close(anomaly, `not followed since the restart at ${isoTime(clock.now())}`)
      if (!config.enabled) return
      recalled = await memory.read()
      stops.push(
        bus.subscribe('logs', 'detect', onLogs),
        clock.every(tickMs, () => link?.send({ kind: 'tick', nowMs: clock.now() })),
        clock.every(rememberMs, () => link?.send({ kind: 'remember', nowMs: clock.now() })),
      )
    },
    async stop() {
      for (const stop of stops.splice(0)) stop()
      stopped = true
      resume()
      await link?.close()
      link = undefined
      await findings.stop()
      await memory.idle()
    },
    openCount: () => findings.openCount,
    stats: () => stats,
  }
}
