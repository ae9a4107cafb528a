import type { Position } from '../../../port/telemetry-log.ts'

/**
 * The newest log position any of the stores was handed. Entries are applied in order, each within the turn in which the log said it
 * is on disk (or replay gave it), so at the start of a later turn everything up to here is in memory, whichever store it belongs to:
 * a store that gets nothing for hours does not hold the log back. Replay must come before new entries.
 */
export class Watermark {
  #position: Position
  constructor(position: Position) {
    this.#position = position
  }
  get position(): Position {
    return this.#position
  }
  saw(position: Position): void {
    if (position > this.#position) this.#position = position
  }
}
