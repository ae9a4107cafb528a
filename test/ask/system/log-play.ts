import { type Random, seededRandom } from '../../../server/src/kernel/random.ts'
import { nanos, post } from './otlp-body.ts'
import { hoursBack, minuteMs } from './service-fact.ts'

export type LogLine = { atMs: number; level: 'info' | 'error'; text: string }

const exhausted =
  'connection pool exhausted: timeout after 5000 ms waiting for a connection (pool=main, used=20, max=20)'
const troubleMinutes = 26
const ordinaryEveryMs = 5_000
const failedEveryMs = 1_000

/** What `billing` writes, in order of time. */
export class LogPlay {
  readonly #url: string
  readonly #random: Random = seededRandom(71)
  #ordinaryMs: number
  #failedMs: number
  constructor(url: string, nowMs: number) {
    this.#url = url
    this.#ordinaryMs = nowMs - hoursBack * 60 * minuteMs
    this.#failedMs = nowMs - troubleMinutes * minuteMs
  }

  async playTo(untilMs: number): Promise<LogLine[]> {
    const lines: LogLine[] = []
    for (; this.#ordinaryMs <= untilMs; this.#ordinaryMs += ordinaryEveryMs)
      lines.push({ atMs: this.#ordinaryMs, level: 'info', text: this.#accepted() })
    for (; this.#failedMs <= untilMs; this.#failedMs += failedEveryMs)
      lines.push({
        atMs: this.#failedMs + Math.floor(this.#random.next() * 400),
        level: 'error',
        text: exhausted,
      })
    lines.sort((a, b) => a.atMs - b.atMs)
    if (lines.length > 0) await post(`${this.#url}/loki/api/v1/push`, { streams: streamsOf(lines) })
    return lines
  }

  #accepted(): string {
    return `charge accepted order=${100_000 + Math.floor(this.#random.next() * 900_000)}`
  }
}

const streamsOf = (lines: readonly LogLine[]): object[] =>
  (['info', 'error'] as const).flatMap((level) => {
    const own = lines.filter((line) => line.level === level)
    const stream = { service_name: 'billing', namespace: 'payments', level }
    return own.length === 0 ? [] : [{ stream, values: own.map(({ atMs, text }) => [nanos(atMs), text]) }]
  })
