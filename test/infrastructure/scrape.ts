import type { Labels } from '@aiops/contract/model/label'
import type {
  MetricBackend,
  RemoteAnswer,
  RemoteSample,
  RemoteValue,
} from '../../server/src/port/cluster-backend.ts'
import type { Sample } from '../../server/src/service/infrastructure/index.ts'
import { readingOf } from '../../server/src/service/infrastructure/signature/exposition-reading.suite.ts'

/** What Prometheus scrapes: its own labels for the target and the page, absent where nobody answers. */
export type Target = { labels: Labels; honourLabels: boolean; text: string | undefined }

/** Of one scrape of all targets, what Prometheus stores: labels of target and exposition joined by its rules, and `up`. */
export function scraped(targets: readonly Target[], timeMs: number): Sample[] {
  const samples: Sample[] = []
  for (const { labels, honourLabels, text } of targets) {
    samples.push({ labels: { ...labels, __name__: 'up' }, value: text === undefined ? 0 : 1 })
    if (text === undefined) continue
    for (const sample of readingOf(text, timeMs).samples) {
      const merged: Labels = { ...labels }
      // A label without value is none.
      for (const [name, value] of Object.entries(sample.labels))
        if (value !== '') merged[honourLabels || !(name in labels) ? name : `exported_${name}`] = value
      samples.push({ labels: merged, value: sample.value })
    }
  }
  return samples
}

type Matcher = { name: string; matches(value: string): boolean }
type Selector = { matchers: Matcher[]; more: ((value: number) => boolean) | undefined }

/**
 * What a Prometheus that scraped this says to instant selectors, and to which series of a gauge differ from their least of the past; anything
 * else is a query it was not made for, and throws.
 */
export class ScrapedPrometheus implements MetricBackend {
  #samples: readonly Sample[] = []
  #timeMs = 0
  readonly #selectors = new Map<string, Selector>()
  readonly #names = new Map<string, boolean>()
  readonly #least = new Map<string, number>()
  scrape(targets: readonly Target[], timeMs: number): void {
    this.#samples = scraped(targets, timeMs)
    this.#timeMs = timeMs
    for (const { labels, value } of this.#samples)
      if (labels.__name__ === 'DCGM_FI_DEV_XID_ERRORS') {
        const key = keyOf(labels)
        this.#least.set(key, Math.min(value, this.#least.get(key) ?? value))
      }
  }
  async instant(query: string): Promise<RemoteAnswer<RemoteValue>> {
    const changed = /^(\w+) != min_over_time\(\1\[24h\]\)$/.exec(query)?.[1]
    const { matchers, more } = this.#selector(changed ?? query)
    const samples: RemoteSample[] = []
    for (const { labels, value } of this.#samples)
      if (matchers.every((matcher) => this.#matches(query, matcher, labels)) && (more?.(value) ?? true)) {
        if (changed !== undefined && value === this.#least.get(keyOf(labels))) continue
        samples.push({ labels, timeMs: this.#timeMs, value })
      }
    return answer({ type: 'vector', samples })
  }
  async range(): Promise<RemoteAnswer<RemoteValue>> {
    return answer({ type: 'matrix', series: [] })
  }
  async series(): Promise<RemoteAnswer<Labels[]>> {
    return answer([])
  }
  async labelNames(): Promise<RemoteAnswer<string[]>> {
    return answer([])
  }
  async labelValues(): Promise<RemoteAnswer<string[]>> {
    return answer([])
  }
  async metadata(): Promise<RemoteAnswer<Record<string, never[]>>> {
    return answer({})
  }

  #matches(query: string, matcher: Matcher, labels: Labels): boolean {
    const value = labels[matcher.name] ?? ''
    if (matcher.name !== '__name__') return matcher.matches(value)
    const key = `${query}\n${value}`
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const matches = matcher.matches(value)
    this.#names.set(key, matches)
    return matches
  }
  #selector(query: string): Selector {
    const known = this.#selectors.get(query)
    if (known) return known
    const made = selectorOf(query)
    this.#selectors.set(query, made)
    return made
  }
}

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort())
const answer = <T>(value: T): RemoteAnswer<T> => ({ value, warnings: [], infos: [], partial: false })

/** `name{label="a",other=~"b"} > 0`, every part but one optional. */
function selectorOf(query: string): Selector {
  const parts = /^\s*([a-zA-Z_:][\w:]*)?\s*(?:\{(.*)\})?\s*(?:(>|<|>=|<=|==|!=)\s*(-?[\d.]+))?\s*$/s.exec(
    query,
  )
  if (!parts || (parts[1] === undefined && parts[2] === undefined))
    throw new Error(`no query of this kind is known here: ${query}`)
  const matchers: Matcher[] = parts[1] === undefined ? [] : [matcherOf('__name__', '=', parts[1])]
  for (const [, name, operator, text] of (parts[2] ?? '').matchAll(
    /([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g,
  ))
    matchers.push(matcherOf(name as string, operator as string, (text as string).replace(/\\(.)/g, '$1')))
  const [, , , operator, bound] = parts
  return { matchers, more: operator === undefined ? undefined : comparison(operator, Number(bound)) }
}
function matcherOf(name: string, operator: string, text: string): Matcher {
  if (operator === '=') return { name, matches: (value) => value === text }
  if (operator === '!=') return { name, matches: (value) => value !== text }
  const expression = new RegExp(`^(?:${text})$`, 's')
  return operator === '=~'
    ? { name, matches: (value) => expression.test(value) }
    : { name, matches: (value) => !expression.test(value) }
}
function comparison(operator: string, bound: number): (value: number) => boolean {
  if (operator === '>') return (value) => value > bound
  if (operator === '<') return (value) => value < bound
  if (operator === '>=') return (value) => value >= bound
  if (operator === '<=') return (value) => value <= bound
  return operator === '==' ? (value) => value === bound : (value) => value !== bound
}
