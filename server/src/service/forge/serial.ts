import { Fault } from '../../kernel/fault.ts'
import { Semaphore } from '../../kernel/semaphore.ts'

const waitingMax = 256

/** One at a time for each repository, in the order in which they came. */
export class Serial {
  readonly #queues = new Map<string, Semaphore>()

  async run<T>(tenant: string, project: string, task: () => Promise<T>): Promise<T> {
    const key = `${tenant}/${project}`
    const queue = this.#queues.get(key) ?? new Semaphore(1)
    this.#queues.set(key, queue)
    if (queue.waiting >= waitingMax)
      throw new Fault('QUEUE_FULL', 'Too many changes of this repository wait; try again in a moment.')
    try {
      return await queue.run(task)
    } finally {
      if (queue.free && queue.waiting === 0) this.#queues.delete(key)
    }
  }
}
