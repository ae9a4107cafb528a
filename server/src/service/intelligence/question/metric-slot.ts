import type { Link } from './linked.ts'
import type { MetricChoice } from './question.ts'
import type { Aspect, Term } from './term.ts'

/** Where several are said, the one that says more: "slow requests" is about latency, "failed requests" about errors. */
const precedence: readonly Aspect[] = [
  'TEMPERATURE',
  'POWER',
  'POOL',
  'LAG',
  'CPU',
  'MEMORY',
  'DISK',
  'LATENCY',
  'NETWORK',
  'ERRORS',
  'RESTARTS',
  'TRAFFIC',
  'UTILIZATION',
]
/** Of words that only a metric is called by, the first that is said counts. */
const plain: ReadonlySet<Aspect> = new Set(['CPU', 'MEMORY', 'DISK', 'NETWORK', 'POWER', 'POOL', 'LAG'])

/** The metric that a question names, or the family that its words stand for. */
export function readMetric(terms: readonly Term[], links: readonly Link[]): MetricChoice | undefined {
  const names = new Set<string>()
  let named: string | undefined
  for (const { things, text } of links) {
    if (things[0]?.kind !== 'METRIC') continue
    named ??= text
    for (const thing of things) if (thing.kind === 'METRIC') names.add(thing.name)
  }
  const quantile = readQuantile(terms)
  const more = quantile === undefined ? {} : { quantile }
  if (named !== undefined) return { aspect: 'NAMED', names: [...names], text: named, ...more }
  const said = terms.flatMap((term) =>
    precedence.filter((aspect) => term.features.has(`#${aspect}`)).map((aspect) => ({ aspect, term })),
  )
  if (quantile !== undefined && !said.some(({ aspect }) => plain.has(aspect))) {
    const latency = said.find(({ aspect }) => aspect === 'LATENCY')
    return { aspect: 'LATENCY', names: [], text: latency?.term.text ?? '', ...more }
  }
  const first = said.find(({ aspect }) => plain.has(aspect))
  const best = [...said].sort((a, b) => precedence.indexOf(a.aspect) - precedence.indexOf(b.aspect))[0]
  const isHotter = best !== undefined && precedence.indexOf(best.aspect) <= precedence.indexOf('LAG')
  const chosen = isHotter ? best : (first ?? best)
  return chosen === undefined
    ? undefined
    : { aspect: chosen.aspect, names: [], text: chosen.term.text, ...more }
}

function readQuantile(terms: readonly Term[]): number | undefined {
  for (let at = 0; at < terms.length; at++) {
    const { features, text } = terms[at]!
    if (features.has('median')) return 0.5
    const short = /^p(\d{2,4})$/i.exec(text)
    if (short !== null) return Number(`0.${short[1]}`)
    const long = /^(\d{1,2}(?:\.\d)?)(?:th|st|nd|rd)?$/i.exec(text)
    if (
      long !== null &&
      (terms[at + 1]?.features.has('percentile') || terms[at + 1]?.features.has('quantile'))
    ) {
      const value = Number(long[1])
      return value < 1 ? value : value / 100
    }
  }
  return undefined
}
