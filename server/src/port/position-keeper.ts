import type { Position } from './telemetry-log.ts'

/**
 * Keeps, for stores that live on other machines, how far of the telemetry log each of them holds. `save` resolves once it is safe;
 * what was never saved is 0, which only means that more of the log is read again.
 */
export interface PositionKeeper {
  read(store: string): Position
  save(store: string, position: Position): Promise<void>
}
