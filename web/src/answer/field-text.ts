import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { missing } from '../ui/format.ts'
import { sentenceCase } from '../ui/words.ts'

type Cell = EvidenceRecord['fields'][string]

/** Units that a field's name ends in, as they are written behind a number. */
const units: readonly (readonly [ending: string, unit: string])[] = [
  ['_percent', '%'],
  ['_seconds', 's'],
  ['_ms', 'ms'],
  ['_bytes', 'B'],
  ['_mib', 'MiB'],
  ['_gib', 'GiB'],
  ['_cores', 'cores'],
  ['_celsius', '°C'],
  ['_watts', 'W'],
  ['_mhz', 'MHz'],
  ['_ns', 'ns'],
  ['_minutes', 'min'],
  ['_hours', 'h'],
]

/** A field as its name and value for people; the unit moves from the name to the number. */
export function fieldText(name: string, value: Cell): { name: string; value: string } {
  const unit = units.find(([ending]) => name.endsWith(ending))
  if (unit && typeof value === 'number')
    return { name: sentenceCase(name.slice(0, -unit[0].length)), value: `${cellText(value)}\u00a0${unit[1]}` }
  return { name: sentenceCase(name), value: cellText(value) }
}

/** A cell of a table. A missing value is never a zero. */
export function cellText(value: Cell | undefined): string {
  if (value === null || value === undefined || value === '') return missing
  if (typeof value === 'number')
    return Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 6 }) : missing
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value
}
