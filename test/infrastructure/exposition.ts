import type { Random } from '../../server/src/kernel/random.ts'

export type ExpositionLabels = Readonly<Record<string, string | number>>
type Family = { type: 'counter' | 'gauge' | 'histogram' | 'untyped'; help: string; lines: string[] }

/**
 * Prometheus text exposition as it is written by different exporters: those in Go order labels by name and write large numbers with an
 * exponent, dcgm-exporter keeps the order of its fields, DPDK's own exporter puts a space between labels.
 */
export class Exposition {
  #families = new Map<string, Family>()
  readonly #style: { sorted: boolean; between: string; go: boolean }
  constructor(style: { sorted?: boolean; between?: string; go?: boolean } = {}) {
    this.#style = { sorted: false, between: ',', go: false, ...style }
  }
  family(name: string, type: Family['type'], help: string): this {
    if (!this.#families.has(name)) this.#families.set(name, { type, help, lines: [] })
    return this
  }
  /** Under the family's name, or `suffix` after it. */
  sample(name: string, value: number | string, labels: ExpositionLabels = {}, suffix = ''): this {
    const pairs = Object.entries(labels).map(([key, of]) => `${key}="${escaped(String(of))}"`)
    if (this.#style.sorted) pairs.sort()
    const text = typeof value === 'string' ? value : this.#style.go ? goNumber(value) : String(value)
    const braces = pairs.length > 0 ? `{${pairs.join(this.#style.between)}}` : ''
    this.#families.get(name)?.lines.push(`${name}${suffix}${braces} ${text}`)
    return this
  }
  text(): string {
    let text = ''
    for (const [name, { type, help, lines }] of this.#families)
      if (lines.length > 0) text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`
    return text
  }
}

/** As Go's `strconv` with 'g' and the shortest digits: an exponent from 1e+21 in JavaScript, from 1e+06 there. */
export function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value)
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  const exponent = Math.floor(Math.log10(Math.abs(value)))
  if (exponent >= -4 && exponent < 6) return String(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Near enough to a normal distribution: the sum of six uniform draws. */
export function noise(random: Random, deviation: number): number {
  let sum = 0
  for (let i = 0; i < 6; i += 1) sum += random.next()
  return (sum - 3) * Math.SQRT2 * deviation
}

/** How many of what happens `mean` times happened: Poisson, by its normal form where many. */
export function happened(random: Random, mean: number): number {
  if (mean > 40) return Math.max(0, Math.round(mean + noise(random, Math.sqrt(mean))))
  const limit = Math.exp(-mean)
  let [count, product] = [0, random.next()]
  while (product > limit) {
    count += 1
    product *= random.next()
  }
  return count
}

export const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random.next() * of.length)] as T

/** `length` hexadecimal digits. */
export const hex = (random: Random, length: number): string =>
  Array.from({ length }, () => Math.floor(random.next() * 16).toString(16)).join('')

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}
