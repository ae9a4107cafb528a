import { deserialize, serialize } from 'node:v8'
import type { TenantId } from '@aiops/contract/model/tenant'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { SnapshotStore } from '../../../port/snapshot-store.ts'

/** A pattern as it outlives the process: enough to know it again. */
export type KnownPattern = {
  template: string
  example: string
  level: number
  count: number
  firstMs: number
  lastMs: number
}

/** Who writes lines, and what it is known to say. */
export type KnownSource = {
  key: string
  tenant: TenantId
  /** Its first line, by the lines' time; its lines, and patterns that were new since it was learned. */
  sinceMs: number
  lines: number
  born: number
  patterns: KnownPattern[]
}

/** Patterns kept over a restart, of all sources: those that spoke last. About 10 MB. */
export const keptPatternsMax = 20_000
/** What was not said for so long is news again. */
export const keptMs = 30 * 86_400_000
const version = 1

/** In memory of its own. Done by who mines: a large one takes a while. */
export const packedKnown = (sources: readonly KnownSource[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(serialize({ version, sources }))

/** What was packed, or why it cannot be used. */
export function unpackedKnown(bytes: Uint8Array): KnownSource[] | string {
  try {
    const kept = deserialize(bytes) as { version: number; sources: KnownSource[] }
    return kept.version === version
      ? kept.sources
      : `it is of version ${kept.version}, this program writes ${version}`
  } catch (error) {
    return messageOf(error).slice(0, 200)
  }
}

/** Keeps over a restart which patterns were known: stored lines tell of the last hour alone. */
export class LogMemory {
  readonly #store: SnapshotStore | undefined
  readonly #log: Log
  #writing: Promise<void> = Promise.resolve()

  constructor(store: SnapshotStore | undefined, log: Log) {
    this.#store = store
    this.#log = log
  }

  async read(): Promise<Uint8Array | undefined> {
    const found = (await this.#store?.read()) ?? { kind: 'NONE' as const }
    if (found.kind === 'REFUSED') this.refused(found.reason)
    return found.kind === 'FOUND' ? found.parts[0] : undefined
  }

  refused(reason: string): void {
    this.#log.warn(
      { reason },
      'the known patterns of log lines are not used; those of stored lines are learned',
    )
  }

  /** One after the other. */
  write(known: Uint8Array): void {
    const store = this.#store
    if (!store) return
    this.#writing = this.#writing
      .then(() => store.write([known]))
      .catch((error: unknown) =>
        this.#log.warn({ error: messageOf(error) }, 'the known patterns of log lines could not be written'),
      )
  }

  idle(): Promise<void> {
    return this.#writing
  }
}
