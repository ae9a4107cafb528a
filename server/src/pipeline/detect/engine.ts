import { widened } from '../../kernel/column.ts'
import { Detector } from './detector.ts'
import type { Opened, Transition } from './opened.ts'
import type { Profile } from './profile.ts'
import type { Registrations } from './registration.ts'
import type { DetectSettings } from './settings.ts'
import { noEntity, type Place, Silence } from './silence.ts'

/** Points whose memory is asked for before any of them is judged: a sender without an order is waited for once, not each time. */
const ahead = 16

/** Points as columns: `series` are indexes given by registration. `nowMs` is the platform's clock. */
export type PointColumns = { nowMs: number; series: Uint32Array; timesMs: Float64Array; values: Float64Array }

export type EngineCommand =
  | { kind: 'register'; series: Registrations }
  | { kind: 'release'; indexes: number[] }
  | { kind: 'adopt'; index: number; opened: Opened }
  | ({ kind: 'points' } & PointColumns)
  | { kind: 'tick'; nowMs: number }

/** Answers a command: how many points it judged, and what came of them, in order. */
export type EngineReply = { points: number; transitions: Transition[] }

/** Detector and silence watch behind one door of plain messages, so that they run in a worker or in this thread alike. */
export class Engine {
  readonly #settings: DetectSettings
  readonly #detector: Detector
  readonly #silence: Silence
  /** By series: number of its entity, of that one's cohort, and whether the series is steady. */
  #entities = new Uint32Array(256).fill(noEntity)
  #cohorts = new Uint32Array(256)
  #steady = new Uint8Array(256)

  constructor(settings: DetectSettings) {
    this.#settings = settings
    this.#detector = new Detector(settings)
    this.#silence = new Silence(settings)
  }

  get sizeBytes(): number {
    return this.#detector.sizeBytes + this.#entities.byteLength * 2 + this.#steady.byteLength
  }

  handle(command: EngineCommand): EngineReply {
    switch (command.kind) {
      case 'register':
        this.#register(command.series)
        return { points: 0, transitions: [] }
      case 'release':
        for (const index of command.indexes) this.#release(index)
        return { points: 0, transitions: [] }
      case 'adopt':
        this.#adopt(command.index, command.opened)
        return { points: 0, transitions: [] }
      case 'points':
        return { points: command.series.length, transitions: this.#judge(command) }
      case 'tick':
        return {
          points: 0,
          transitions: [
            ...this.#detector.silent(command.nowMs),
            ...this.#silence.tick(command.nowMs, this.#detector),
          ],
        }
    }
  }

  #register({ indexes, profiles, table, entities, cohorts, steady }: Registrations): void {
    this.#reserve(indexes.reduce((most, index) => Math.max(most, index), 0))
    for (let i = 0; i < indexes.length; i += 1) {
      const index = indexes[i] as number
      this.#detector.register(index, table[profiles[i] as number] as Profile)
      this.#entities[index] = entities[i] as number
      this.#cohorts[index] = cohorts[i] as number
      this.#steady[index] = steady[i] as number
      if (entities[i] !== noEntity) this.#silence.register(index, this.#placeOf(index))
    }
  }

  #release(index: number): void {
    this.#silence.release(index, this.#placeOf(index))
    this.#entities[index] = noEntity
    this.#detector.release(index)
  }

  #adopt(index: number, opened: Opened): void {
    if (opened.shape === 'MISSING') this.#silence.adopt(index, this.#placeOf(index), opened)
    else this.#detector.adopt(index, opened)
  }

  #placeOf(index: number): Place {
    return {
      entity: this.#entities[index] ?? noEntity,
      cohort: this.#cohorts[index] ?? 0,
      steady: this.#steady[index] === 1,
    }
  }

  #reserve(index: number): void {
    const size = this.#entities.length
    if (index < size) return
    const next = Math.max(Math.ceil(size * 1.5), index + 1)
    this.#entities = widened(this.#entities, next).fill(noEntity, size)
    this.#cohorts = widened(this.#cohorts, next)
    this.#steady = widened(this.#steady, next)
  }

  #judge({ nowMs, series, timesMs, values }: PointColumns): Transition[] {
    const transitions: Transition[] = []
    const freshMs = nowMs - this.#settings.staleMs
    let spoke: number = noEntity
    for (let i = 0; i < series.length; i += 1) {
      if (i % ahead === 0) this.#detector.fetch(series, i, Math.min(series.length, i + ahead))
      const index = series[i] as number
      const timeMs = timesMs[i] as number
      const fresh = timeMs >= freshMs
      const transition = this.#detector.step(index, timeMs, values[i] as number, fresh)
      if (transition) transitions.push(transition)
      if (!fresh) continue
      const entity = this.#entities[index]
      if (entity === undefined || entity === noEntity || entity === spoke) continue
      spoke = entity
      const back = this.#silence.arrived(entity, nowMs)
      if (back) transitions.push(back)
    }
    return transitions
  }
}
