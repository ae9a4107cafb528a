import { createHash } from 'node:crypto'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import type { ModelPart, ModelRequest } from '../../../port/language-model.ts'
import type { ModelConfig } from './config.ts'

type Kept = { parts: readonly ModelPart[]; bytes: number; untilMs: number }

/** Answers to the very same request of the same tenant to the same model: the least recently used go first. */
export class ResponseCache {
  readonly #settings: ModelConfig['cache']
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  constructor(settings: ModelConfig['cache'], clock: Pick<Clock, 'monotonic'>) {
    this.#settings = settings
    this.#clock = clock
  }

  /** Undefined for what is not kept: an answer that is drawn by lot is not the answer. */
  keyOf(tenant: string, provider: string, model: string, request: ModelRequest): string | undefined {
    if (this.#settings.entries_max === 0 || (request.temperature > 0 && !this.#settings.sampled))
      return undefined
    return sha256([tenant, provider, model, request])
  }

  get(key: string | undefined): readonly ModelPart[] | undefined {
    const kept = key === undefined ? undefined : this.#kept.get(key)
    if (key === undefined || !kept) return undefined
    this.#drop(key)
    if (kept.untilMs <= this.#clock.monotonic()) return undefined
    this.#kept.set(key, kept)
    this.#bytes += kept.bytes
    return kept.parts
  }

  put(key: string | undefined, parts: readonly ModelPart[]): void {
    if (key === undefined) return
    const bytes = Buffer.byteLength(JSON.stringify(parts)) + key.length
    if (bytes > this.#settings.bytes_max / 4) return
    this.#drop(key)
    this.#kept.set(key, {
      ...{ parts, bytes },
      untilMs: this.#clock.monotonic() + durationMs(this.#settings.kept),
    })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#settings.entries_max && this.#bytes <= this.#settings.bytes_max) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0
    this.#kept.delete(key)
  }
}

export const sha256 = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex')
