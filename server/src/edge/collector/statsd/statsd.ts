import { durationMs } from '@aiops/contract/model/time'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import { StatsdWindow } from '../../../pipeline/ingest/index.ts'
import { droppedMessages } from '../dropped-message.ts'
import { FrameDecoder } from '../frame-decoder.ts'
import type { CollectorDeps, Listener } from '../index.ts'
import { datagramListener, streamListener } from '../socket-listener.ts'
import type { StatsdConfig } from './config.ts'

const GROUP = 'collector.statsd'
const LINE_BYTES_MAX = 8_192
/** Windows that wait because the log could not take them; the oldest is given up beyond it. */
const WINDOWS_MAX = 6

/** StatsD over UDP, several lines a datagram. Nobody is answered: what is dropped is counted. */
export function createStatsdUdp(deps: CollectorDeps, config: StatsdConfig): Listener {
  const name = 'statsd_udp'
  const flusher = new StatsdFlusher(deps, config, name)
  return datagramListener(deps, {
    ...{ name, group: GROUP, config, port: config.udp.port },
    receive: (datagram) => flusher.window.add(datagram.toString('utf8')),
    opened: () => flusher.start(),
    closed: () => flusher.stop(),
  })
}

/** StatsD over TCP, a metric a line. */
export function createStatsdTcp(deps: CollectorDeps, config: StatsdConfig): Listener {
  const name = 'statsd_tcp'
  const dropped = droppedMessages(deps.metrics)
  const flusher = new StatsdFlusher(deps, config, name)
  return streamListener(deps, {
    ...{ name, group: GROUP, config, port: config.tcp.port },
    open: () =>
      new FrameDecoder({
        ...{ bytesMax: LINE_BYTES_MAX, framing: 'LINE' },
        message: (bytes) => flusher.window.add(bytes.toString('utf8')),
        truncated: () => dropped.inc({ listener: name, reason: 'truncated' }),
      }),
    opened: () => flusher.start(),
    closed: () => flusher.stop(),
  })
}

/**
 * Writes a window each interval, in order. One that the log cannot take now is tried again with the next, under its own time, so that
 * what it counted is not lost.
 */
class StatsdFlusher {
  readonly window: StatsdWindow
  readonly #deps: CollectorDeps
  readonly #config: StatsdConfig
  readonly #listener: string
  readonly #waiting: Buffer[] = []
  #writing: Promise<void> | undefined
  #cancel: (() => void) | undefined

  constructor(deps: CollectorDeps, config: StatsdConfig, listener: string) {
    this.#deps = deps
    this.#config = config
    this.#listener = listener
    const dropped = droppedMessages(deps.metrics)
    this.window = new StatsdWindow(
      {
        seriesMax: config.series_max,
        setValuesMax: config.set_values_max,
        idleFlushesMax: Math.max(
          1,
          Math.ceil(durationMs(config.idle_after) / durationMs(config.flush_interval)),
        ),
        timerBounds: config.timer_bounds,
        histogramBounds: config.histogram_bounds,
      },
      (reason, count) => dropped.inc({ listener, reason }, count),
    )
  }

  start(): void {
    this.#cancel = this.#deps.clock.every(durationMs(this.#config.flush_interval), () => void this.#flush())
  }

  async stop(): Promise<void> {
    this.#cancel?.()
    await this.#writing
    await this.#flush()
  }

  #flush(): Promise<void> {
    const { clock, metrics } = this.#deps
    const body = this.window.flush(clock.now())
    if (body) this.#waiting.push(body)
    if (this.#waiting.length > WINDOWS_MAX) {
      // Not the one in writing, which is the first.
      this.#waiting.splice(1, 1)
      droppedMessages(metrics).inc({ listener: this.#listener, reason: 'window_refused' })
    }
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  /** Never rejects. Ends at the first window that cannot be taken now. */
  async #write(): Promise<void> {
    const { ingest, log, metrics } = this.#deps
    const listener = this.#listener
    for (let body = this.#waiting[0]; body; body = this.#waiting[0]) {
      try {
        await ingest.deliver('statsd', {
          kind: 'statsd',
          tenant: this.#config.tenant,
          body,
          encoding: 'identity',
          format: 'json',
        })
      } catch (error) {
        log.warn({ listener, error: messageOf(error) }, 'a window of StatsD metrics cannot be stored for now')
        if (isFault(error) && error.retry && error.code !== 'INTERNAL') return
        droppedMessages(metrics).inc({ listener, reason: 'window_refused' })
      }
      this.#waiting.shift()
    }
  }
}
