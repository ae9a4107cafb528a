/** Ports `from` to `to`, both among them. */
export type PortRange = { protocol: string; from: number; to: number }
/** `ALL`: every port of every protocol. */
export type Ports = 'ALL' | readonly PortRange[]

export const portMax = 65_535

export function union(a: Ports, b: Ports): Ports {
  return a === 'ALL' || b === 'ALL' ? 'ALL' : merged([...a, ...b])
}

export function intersection(a: Ports, b: Ports): Ports {
  if (a === 'ALL') return b
  if (b === 'ALL') return a
  const both: PortRange[] = []
  for (const one of a)
    for (const other of b) {
      const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)]
      if (one.protocol === other.protocol && from <= to) both.push({ protocol: one.protocol, from, to })
    }
  return merged(both)
}

export const isNone = (ports: Ports): boolean => ports !== 'ALL' && ports.length === 0

/** As `80/TCP`, `8000-8080/TCP`, `any/UDP` for a protocol as a whole; empty for all. */
export function portTexts(ports: Ports): string[] {
  if (ports === 'ALL') return []
  return ports.map(({ protocol, from, to }) => {
    const numbers = from === to ? `${from}` : from <= 1 && to === portMax ? 'any' : `${from}-${to}`
    return `${numbers}/${protocol}`
  })
}

/** In order of protocol and port, overlapping and neighbouring ranges as one. */
function merged(ranges: readonly PortRange[]): PortRange[] {
  if (ranges.length < 2) return [...ranges]
  const sorted = ranges.toSorted((a, b) =>
    a.protocol === b.protocol ? a.from - b.from : a.protocol < b.protocol ? -1 : 1,
  )
  const result: PortRange[] = []
  for (const range of sorted) {
    const last = result.at(-1)
    if (last?.protocol === range.protocol && range.from <= last.to + 1)
      result[result.length - 1] = { ...last, to: Math.max(last.to, range.to) }
    else result.push(range)
  }
  return result
}
