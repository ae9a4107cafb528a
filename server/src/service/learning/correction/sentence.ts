import type { ExpectedWindow } from '@aiops/contract/model/detection-model'
import type { WeighedEvidence } from './evidence.ts'

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

export function windowText(
  name: string,
  window: ExpectedWindow,
  members: readonly WeighedEvidence[],
  factor: number,
): string {
  const day = window.weekday === null ? 'every day' : `every ${weekdays[window.weekday]}`
  return `${name}: expected ${day} ${clockOf(window.from_minute)}–${clockOf(window.to_minute)} UTC by ${members.length} labels; told then from ${factor.toFixed(2)} times the bound on.`
}

const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
