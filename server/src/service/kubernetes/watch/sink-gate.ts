import type { ObjectSink } from '../memory/sink.ts'
import type { Kind, ObjectOf } from '../object/kind.ts'

/** Of one kind: while all objects of a scope are replaced, nothing else is said of it, whichever scope it comes from. */
export class SinkGate<K extends Kind> {
  readonly #kind: K
  readonly #sink: ObjectSink
  #busy: Promise<void> | undefined
  constructor(kind: K, sink: ObjectSink) {
    this.#kind = kind
    this.#sink = sink
  }
  async replace(namespace: string | undefined, objects: readonly ObjectOf<K>[], atMs: number): Promise<void> {
    // Looked at and taken without anything between: of several that wait, the first to wake takes it.
    while (this.#busy) await this.#busy
    const done = this.#sink.replace(this.#kind, namespace, objects, atMs)
    this.#busy = done.catch(() => undefined)
    try {
      await done
    } finally {
      this.#busy = undefined
    }
  }
  get isBusy(): boolean {
    return this.#busy !== undefined
  }
  /** Another may take it before the caller goes on, who asks `isBusy` again. */
  async free(): Promise<void> {
    await this.#busy
  }
  put(object: ObjectOf<K>, atMs: number): void {
    this.#sink.put(this.#kind, object, atMs)
  }
  remove(object: ObjectOf<K>, atMs: number): void {
    this.#sink.remove(this.#kind, object, atMs)
  }
  setKnown(known: boolean): void {
    this.#sink.setKnown(this.#kind, known)
  }
}
