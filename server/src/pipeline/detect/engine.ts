import { Detector } from './detector.ts'
import type { Opened, Transition } from './opened.ts'
import type { Profile } from './profile.ts'
import type { DetectSettings } from './settings.ts'
import { type Place, Silence } from './silence.ts'

export type Registration = { index: number; profile: Profile; place: Place }

/** Points as columns: `series` are indexes given by registration. `nowMs` is the platform's clock. */
export type PointColumns = { nowMs: number; series: Uint32Array; timesMs: Float64Array; values: Float64Array }

export type EngineCommand =
  | { kind: 'register'; series: Registration[] }
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
  readonly #places: (Place | undefined)[] = []
  /** By series: number of its entity. */
  #entities = new Uint32Array(256)

  constructor(settings: DetectSettings) {
    this.#settings = settings
    this.#detector = new Detector(settings)
    this.#silence = new Silence(settings)
  }

  get sizeBytes(): number {
    return this.#detector.sizeBytes + this.#entities.byteLength
  }

  handle(command: EngineCommand): EngineReply {
    switch (command.kind) {
      case 'register':
        for (const registration of command.series) this.#register(registration)
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

  #register({ index, profile, place }: Registration): void {
    this.#detector.register(index, profile)
    this.#silence.register(index, place)
    this.#places[index] = place
    if (index >= this.#entities.length) {
      const grown = new Uint32Array(Math.max(this.#entities.length * 2, index + 1))
      grown.set(this.#entities)
      this.#entities = grown
    }
    this.#entities[index] = place.entity
  }

  #release(index: number): void {
    const place = this.#places[index]
    if (place) this.#silence.release(index, place)
    this.#places[index] = undefined
    this.#detector.release(index)
  }

  #adopt(index: number, opened: Opened): void {
    const place = this.#places[index]
    if (opened.shape === 'MISSING' && place) this.#silence.adopt(index, place, opened)
    else this.#detector.adopt(index, opened)
  }

  #judge({ nowMs, series, timesMs, values }: PointColumns): Transition[] {
    const transitions: Transition[] = []
    const freshMs = nowMs - this.#settings.staleMs
    for (let i = 0; i < series.length; i += 1) {
      const index = series[i] as number
      const timeMs = timesMs[i] as number
      const fresh = timeMs >= freshMs
      const transition = this.#detector.step(index, timeMs, values[i] as number, fresh)
      if (transition) transitions.push(transition)
      if (!fresh) continue
      const back = this.#silence.arrived(this.#entities[index] as number, nowMs)
      if (back) transitions.push(back)
    }
    return transitions
  }
}
