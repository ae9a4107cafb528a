import { readFile } from 'node:fs/promises'
import { SerialExecutor } from '../../kernel/queue.ts'
import type { DurableFiles } from '../../port/durable-files.ts'
import type { RelayLoss } from '../../port/relay-log.ts'
import { durableFiles } from './durable-files.ts'

type Losses = Record<'dropped' | 'damaged', RelayLoss>

export const noLoss: RelayLoss = { requests: 0, bytes: 0, fromMs: null, toMs: null }

/** What was given up, as a small JSON file that is replaced as a whole. One that cannot be read counts as none. */
export class LossFile {
  readonly #path: string
  readonly #files: DurableFiles
  readonly #writes: SerialExecutor
  #losses: Losses
  private constructor(path: string, losses: Losses, files: DurableFiles) {
    this.#path = path
    this.#files = files
    this.#losses = losses
    this.#writes = new SerialExecutor(path, 1_000)
  }

  static async open(path: string, files = durableFiles): Promise<LossFile> {
    const none: Losses = { dropped: noLoss, damaged: noLoss }
    try {
      const known = JSON.parse(await readFile(path, 'utf8')) as Partial<Losses>
      return new LossFile(path, { ...none, ...known }, files)
    } catch {
      return new LossFile(path, none, files)
    }
  }

  of(what: keyof Losses): RelayLoss {
    return this.#losses[what]
  }

  add(what: keyof Losses, { requests, bytes, fromMs, toMs }: RelayLoss): Promise<void> {
    const before = this.#losses[what]
    this.#losses = {
      ...this.#losses,
      [what]: {
        ...{ requests: before.requests + requests, bytes: before.bytes + bytes },
        ...{ fromMs: before.fromMs ?? fromMs, toMs: toMs ?? before.toMs },
      },
    }
    return this.#writes.run(() => this.#files.replace(this.#path, JSON.stringify(this.#losses)))
  }
}
