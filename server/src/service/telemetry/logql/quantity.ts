/** Durations and sizes as LogQL writes them. */

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w|y)/y
const goUnits = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'])

/** Milliseconds of `1h30m`, `1.5s`, `1d`; undefined for what is none. `go`: without days, weeks and years, as values in lines are read. */
export function durationOf(text: string, go = false): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1
  part.lastIndex = /^[+-]/.test(text) ? 1 : 0
  if (go && text.slice(part.lastIndex) === '0') return 0
  if (part.lastIndex === text.length) return undefined
  let sum = 0
  while (part.lastIndex < text.length) {
    const found = part.exec(text)
    if (!found || (go && !goUnits.has(found[2]!))) return undefined
    sum += Number(found[1]) * unitMs[found[2]!]!
  }
  return sign * sum
}

const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  ...Object.fromEntries(
    [...'kmgtpe'].flatMap((letter, i) => [
      [`${letter}b`, 1_000 ** (i + 1)],
      [`${letter}ib`, 1_024 ** (i + 1)],
      [letter, 1_000 ** (i + 1)],
      [`${letter}i`, 1_024 ** (i + 1)],
    ]),
  ),
}

/** Bytes of `20MB` (10⁶ each) or `1.5 KiB` (2¹⁰ each), rounded down; undefined for what is none. */
export function bytesOf(text: string): number | undefined {
  const found = /^\s*(\d[\d.,]*)\s*([a-zA-Z]*)\s*$/.exec(text)
  if (!found) return undefined
  const number = Number(found[1]!.replaceAll(',', ''))
  const unit = sizeUnits[found[2]!.toLowerCase()]
  return unit === undefined || Number.isNaN(number) ? undefined : Math.trunc(number * unit)
}

/** As Go prints a `time.Duration`: `1h30m0s`, `1.5s`, `250ms`. */
export function goDuration(ms: number): string {
  if (ms === 0) return '0s'
  const sign = ms < 0 ? '-' : ''
  const nanoseconds = Math.round(Math.abs(ms) * 1e6)
  const small = (unit: number, name: string): string =>
    `${sign}${Number((nanoseconds / unit).toFixed(9))}${name}`
  if (nanoseconds < 1e3) return small(1, 'ns')
  if (nanoseconds < 1e6) return small(1e3, 'µs')
  if (nanoseconds < 1e9) return small(1e6, 'ms')
  const hours = Math.floor(nanoseconds / 3.6e12)
  const minutes = Math.floor((nanoseconds - hours * 3.6e12) / 6e10)
  const seconds = Number(((nanoseconds - hours * 3.6e12 - minutes * 6e10) / 1e9).toFixed(9))
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : ''
  return `${sign}${head}${seconds}s`
}

/** As Prometheus prints a range: `5m`, `1h30m`, `1d`. */
export function rangeText(ms: number): string {
  if (ms === 0) return '0s'
  let rest = Math.abs(ms)
  let text = ms < 0 ? '-' : ''
  for (const [unit, name] of [
    [31_536_000_000, 'y'],
    [604_800_000, 'w'],
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1_000, 's'],
  ] as const) {
    // Years, weeks and days only where nothing is left over, so that 90m does not become 1h30m's cousin 1d….
    const count = unit > 3_600_000 ? (rest % unit === 0 ? rest / unit : 0) : Math.floor(rest / unit)
    if (count > 0) text += `${count}${name}`
    rest -= count * unit
  }
  return rest > 0 ? `${text}${Number(rest.toFixed(6))}ms` : text
}
