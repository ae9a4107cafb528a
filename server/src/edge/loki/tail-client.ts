import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { WebSocket } from 'ws'
import type { Clock } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import type { StoredLog } from '../../port/log-store.ts'
import type { LogLine, Logql } from '../../service/telemetry/index.ts'
import { categorizes, nanoseconds, streamsOf } from './answer.ts'

/** Entries that wait for one client, dropped ones it is told of, and bytes its socket may hold back before entries wait. */
const waitingMax = 1_000
const droppedMax = 100
const bufferedBytesMax = 1_048_576

type Deps = {
  logql: Logql
  clock: Clock
  tenant: TenantId
  fits: (record: StoredLog) => LogLine | undefined
  delayMs: number
  headers: Readonly<Record<string, string | undefined>>
  countDropped(count: number): void
}

/** One who tails. What it does not read in time is dropped, and it is told which: `dropped_entries`. */
export class TailClient {
  readonly tenant: TenantId
  readonly #socket: WebSocket
  readonly #deps: Deps
  readonly #categorized: boolean
  #waiting: { line: LogLine; dueMs: number }[] = []
  #dropped: { labels: Labels; timestamp: string }[] = []
  /** Until the past is sent, what is new waits; those that came in between are told apart by their moment. */
  #ready = false
  #alive = true

  constructor(socket: WebSocket, deps: Deps) {
    this.tenant = deps.tenant
    this.#socket = socket
    this.#deps = deps
    this.#categorized = categorizes(deps.headers)
    socket.on('pong', () => {
      this.#alive = true
    })
  }

  /** Sends the newest entries since the start, oldest first. */
  async begin(
    query: string,
    { startMs, endMs, limit }: { startMs: number; endMs: number; limit: number },
  ): Promise<void> {
    try {
      const answer = await this.#deps.logql.range({
        ...{ tenant: this.tenant, query, startMs, endMs, limit },
        ...{ direction: 'BACKWARD', stepMs: 1_000, intervalMs: 0 },
      })
      if (answer.type === 'streams') {
        const sent = new Set(answer.lines.map(({ record }) => record))
        this.#waiting = this.#waiting.filter(({ line }) => !sent.has(line.record))
        this.#send(answer.lines.toReversed())
      }
      this.#ready = true
    } catch (error) {
      // RFC 6455 §5.5.1: a reason has at most 123 bytes.
      this.#socket.close(1011, messageOf(error).slice(0, 120))
    }
  }

  offer(records: readonly StoredLog[]): void {
    const dueMs = this.#deps.clock.now() + this.#deps.delayMs
    for (const record of records) {
      const line = this.#deps.fits(record)
      if (!line) continue
      if (this.#waiting.length < waitingMax) this.#waiting.push({ line, dueMs })
      else this.#drop(line)
    }
  }

  flush(): void {
    if (!this.#ready || this.#waiting.length === 0 || this.#socket.bufferedAmount > bufferedBytesMax) return
    const now = this.#deps.clock.now()
    const due = this.#waiting.filter((one) => one.dueMs <= now)
    if (due.length === 0) return
    this.#waiting = this.#waiting.filter((one) => one.dueMs > now)
    this.#send(due.map(({ line }) => line).sort((a, b) => a.timeMs - b.timeMs))
  }

  /** Ends a connection whose other side has gone. */
  beat(): void {
    if (this.#alive) this.#socket.ping()
    else this.#socket.terminate()
    this.#alive = false
  }

  #drop(line: LogLine): void {
    this.#deps.countDropped(1)
    if (this.#dropped.length < droppedMax)
      this.#dropped.push({ labels: line.stream, timestamp: nanoseconds(line.timeMs) })
  }
  #send(lines: readonly LogLine[]): void {
    if (lines.length === 0 || this.#socket.readyState !== this.#socket.OPEN) return
    const dropped = this.#dropped
    this.#dropped = []
    const message = {
      streams: streamsOf(lines, this.#categorized),
      ...(this.#categorized ? { encodingFlags: ['categorize-labels'] } : {}),
      ...(dropped.length > 0 ? { dropped_entries: dropped } : {}),
    }
    this.#socket.send(JSON.stringify(message), () => undefined)
  }
}
