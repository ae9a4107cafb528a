import { Fault } from '../../../../kernel/fault.ts'
import type { ObjectStore } from '../../../../port/object-store.ts'

/** Objects in a map, which can be told to fail. */
export class MapObjects implements ObjectStore {
  readonly held = new Map<string, Uint8Array>()
  gets = 0
  failing = false
  corrupting = false
  async put(key: string, body: Uint8Array): Promise<void> {
    this.#check()
    const kept = body.slice()
    if (this.corrupting) kept[kept.length >> 1]! ^= 1
    this.held.set(key, kept)
  }
  async get(key: string, range?: { start: number; end: number }): Promise<Uint8Array> {
    this.#check()
    this.gets += 1
    const body = this.held.get(key)
    if (!body) throw new Fault('NOT_FOUND', `There is no object ${key}.`)
    return body.slice(range?.start, range?.end)
  }
  async *list(prefix: string): AsyncIterable<{ key: string; sizeBytes: number }> {
    for (const [key, body] of [...this.held].sort())
      if (key.startsWith(prefix)) yield { key, sizeBytes: body.length }
  }
  async delete(key: string): Promise<void> {
    this.#check()
    this.held.delete(key)
  }
  async close(): Promise<void> {}
  #check(): void {
    if (this.failing) throw new Fault('STORAGE_UNAVAILABLE', 'The objects are away.')
  }
}
