/** What a number measures. `''`: a count, or nothing that is said. */
export type Measure =
  | ''
  | 'time'
  | 'bytes'
  | 'ratio'
  | 'celsius'
  | 'power'
  | 'cores'
  | 'frequency'
  | 'money'
  | 'bits'

/** A unit in its base: seconds, bytes, shares of one, degrees, watts, cores, hertz, dollars, bits. */
type Unit = { measure: Measure; factor: number }

const table: readonly [words: string, measure: Measure, factor: number][] = [
  ['ns nanosecond nanoseconds', 'time', 1e-9],
  ['us µs μs microsecond microseconds', 'time', 1e-6],
  ['ms msec millisecond milliseconds', 'time', 1e-3],
  ['s sec secs second seconds', 'time', 1],
  ['min mins minute minutes', 'time', 60],
  ['h hr hrs hour hours', 'time', 3_600],
  ['d day days', 'time', 86_400],
  ['w week weeks', 'time', 604_800],
  ['B byte bytes By', 'bytes', 1],
  ['kB KB', 'bytes', 1e3],
  ['MB megabyte megabytes', 'bytes', 1e6],
  ['GB gigabyte gigabytes', 'bytes', 1e9],
  ['TB terabyte terabytes', 'bytes', 1e12],
  ['KiB Ki', 'bytes', 2 ** 10],
  ['MiB Mi', 'bytes', 2 ** 20],
  ['GiB Gi', 'bytes', 2 ** 30],
  ['TiB Ti', 'bytes', 2 ** 40],
  ['PiB Pi', 'bytes', 2 ** 50],
  ['% percent pct', 'ratio', 0.01],
  ['°C ℃ °c celsius Cel', 'celsius', 1],
  ['W watt watts', 'power', 1],
  ['kW', 'power', 1e3],
  ['core cores vCPU vCPUs CPU CPUs', 'cores', 1],
  ['Hz', 'frequency', 1],
  ['MHz', 'frequency', 1e6],
  ['GHz', 'frequency', 1e9],
  ['USD dollar dollars $', 'money', 1],
  ['bit/s bps', 'bits', 1],
  ['kbit/s kbps', 'bits', 1e3],
  ['Mbit/s Mbps', 'bits', 1e6],
  ['Gbit/s Gbps', 'bits', 1e9],
]
const units = new Map<string, Unit>(
  table.flatMap(([words, measure, factor]) =>
    words.split(' ').map((word) => [word, { measure, factor }] as const),
  ),
)
/** Multipliers of counts, and what is a unit to one reader and a multiplier to another. */
const scales = new Map<string, readonly Unit[]>([
  ['k', [{ measure: '', factor: 1e3 }]],
  ['K', [{ measure: '', factor: 1e3 }]],
  ['M', [{ measure: '', factor: 1e6 }]],
  ['G', [{ measure: '', factor: 1e9 }]],
  ['thousand', [{ measure: '', factor: 1e3 }]],
  ['million', [{ measure: '', factor: 1e6 }]],
  ['billion', [{ measure: '', factor: 1e9 }]],
  ['x', [{ measure: '', factor: 1 }]],
  ['×', [{ measure: '', factor: 1 }]],
  // A minute, or a thousandth of a core.
  [
    'm',
    [
      { measure: 'time', factor: 60 },
      { measure: 'cores', factor: 1e-3 },
    ],
  ],
])

/** What a word behind a number can mean; undefined where it is no unit. */
export function unitsOf(word: string): readonly Unit[] | undefined {
  const unit = units.get(word) ?? units.get(word.toLowerCase())
  return unit ? [unit] : scales.get(word)
}

/** Of a field: the unit in which its name ends (`p95_seconds`, `memory_mib`), or undefined. */
export function unitOfField(name: string): Unit | undefined {
  const ending =
    /(?:^|_)(ns|us|ms|s|seconds|minutes|min|hours|days|bytes|kib|mib|gib|percent|ratio|share|probability|confidence|score|celsius|watts|cores|hz|mhz|usd)(?:_(?:before|after|now|max|min|mean|avg|p\d+|total))?$/.exec(
      name.toLowerCase(),
    )?.[1]
  if (ending === undefined) return undefined
  if (/^(?:ratio|share|probability|confidence|score)$/.test(ending)) return { measure: 'ratio', factor: 1 }
  const binary = { kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 }[ending]
  if (binary) return { measure: 'bytes', factor: binary }
  if (ending === 'mhz') return { measure: 'frequency', factor: 1e6 }
  return unitsOf(ending)?.[0]
}
