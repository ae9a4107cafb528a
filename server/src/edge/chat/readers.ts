import type { Readable } from 'node:stream'
import { Fault } from '../../kernel/fault.ts'
import type { Metrics } from '../../kernel/metric.ts'
import { chatLimits } from './limit.ts'

/** Who reads conversations just now, by whatever protocol. */
export class Readers {
  readonly #streams = new Set<Readable>()
  #count = 0

  constructor(metrics: Metrics) {
    metrics.gauge('aiops_chat_readers', 'Streams of conversations that are open.', [], (gauge) =>
      gauge.set(this.#count),
    )
  }

  /** Throws RATE_LIMITED where there is no room. What is returned is called when the reader leaves; more often does no harm. */
  enter(): () => void {
    if (this.#count >= chatLimits.readersMax)
      throw new Fault('RATE_LIMITED', `${chatLimits.readersMax} streams are open; try again later.`, {
        retryAfterSeconds: 5,
      })
    this.#count += 1
    let isHere = true
    return () => {
      if (isHere) this.#count -= 1
      isHere = false
    }
  }

  /** Ended by `close`, unless it ends before. */
  onClose(stream: Readable): void {
    this.#streams.add(stream)
    stream.once('close', () => this.#streams.delete(stream))
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy()
  }
}
