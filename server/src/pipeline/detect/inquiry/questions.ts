import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { EngineAnswer, EngineQuestion, EngineReply } from '../engine.ts'
import type { EngineLink } from '../link.ts'

const waitMs = 15_000
/** Questions that may wait for an answer at one time. */
const waitingMax = 64

type Waiting = { resolve(answer: EngineAnswer): void; reject(error: Fault): void; cancel(): void }
type AnswerTo<K extends EngineQuestion['kind']> = Extract<EngineAnswer, { kind: K }>

/** Questions to the engine, wherever it runs: each has a number, by which its answer finds back. */
export class Questions {
  readonly #clock: Clock
  readonly #waiting = new Map<number, Waiting>()
  #next = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws TIMEOUT where no answer comes, and QUEUE_FULL where too many wait. */
  ask<K extends EngineQuestion['kind']>(
    link: EngineLink | undefined,
    question: Extract<EngineQuestion, { kind: K }>,
  ): Promise<AnswerTo<K>> {
    if (!link)
      return Promise.reject(new Fault('TIMEOUT', 'The detectors do not run now; ask again in a minute.'))
    if (this.#waiting.size >= waitingMax)
      return Promise.reject(new Fault('QUEUE_FULL', 'Too many ask the detectors at once; ask again.'))
    const id = this.#next
    this.#next += 1
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(waitMs, () => {
        this.#waiting.delete(id)
        reject(new Fault('TIMEOUT', 'The detectors are too busy to answer; ask again.'))
      })
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as AnswerTo<K>), reject, cancel })
      link.send({ kind: 'ask', id, question })
    })
  }

  take({ answer }: EngineReply): void {
    const waiting = answer && this.#waiting.get(answer.id)
    if (!waiting) return
    this.#waiting.delete(answer.id)
    waiting.cancel()
    waiting.resolve(answer.answer)
  }

  /** Nobody answers any more. */
  giveUp(): void {
    for (const { reject, cancel } of this.#waiting.values()) {
      cancel()
      reject(new Fault('TIMEOUT', 'The detectors were started anew; ask again.'))
    }
    this.#waiting.clear()
  }
}
