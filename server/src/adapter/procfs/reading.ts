import type { HostReading } from '../../port/host-probe.ts'

type Attributes = Record<string, string>

export const gauge = (
  name: string,
  unit: string,
  value: number,
  attributes: Attributes = {},
): HostReading => ({ name, kind: 'GAUGE', unit, attributes, value })
export const counter = (
  name: string,
  unit: string,
  value: number,
  attributes: Attributes = {},
): HostReading => ({ name, kind: 'COUNTER', unit, attributes, value })

/** `name value …` or `name: value kB` lines to numbers; lines of another form are left out. */
export function numbersByName(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [name, value] = line.split(/:?\s+/, 2)
    const number = Number(value)
    if (name && value && Number.isFinite(number)) numbers.set(name, number)
  }
  return numbers
}
