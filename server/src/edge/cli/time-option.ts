import { durationMs } from '@aiops/contract/model/time'
import { InvalidArgumentError } from 'commander'

/** A length of time, in one unit as the API takes it: `1h30m` becomes `5400s`. */
export function durationOf(text: string): string {
  const lengthMs = durationMs(text)
  if (!(lengthMs > 0)) throw new InvalidArgumentError('Write it as 30m, 24h or 7d.')
  return /^\d+[smhdw]$/.test(text) ? text : `${Math.ceil(lengthMs / 1_000)}s`
}

/** A moment as an option gives it, as ISO 8601 in UTC. */
export function timeOf(text: string): string {
  const timeMs = Date.parse(text)
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('Write it as 2026-10-12T22:00:00Z.')
  return new Date(timeMs).toISOString()
}

/** A moment of the past: as `timeOf`, or as how long ago it was. */
export function pastTimeOf(text: string): string {
  const agoMs = durationMs(text)
  const timeMs = Number.isNaN(agoMs) ? Date.parse(text) : Date.now() - agoMs
  if (!Number.isFinite(timeMs))
    throw new InvalidArgumentError('Write it as 2026-10-12T22:00:00Z, or as how long ago: 7d.')
  return new Date(timeMs).toISOString()
}
