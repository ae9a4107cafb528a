import type { Term } from '../term.ts'

/** Written in angle brackets like kinds of names, and no name. */
const noName: ReadonlySet<string> = new Set(
  '<TIME> <NUMBER> <TRACE_ID> <QUOTED> <EXCEPT> <CHANGE> <TOPIC>'.split(' '),
)
const own = '<INCIDENT> <ALERT> <RUNBOOK> <METRIC> <POD> <PROVIDER> <PERSON> <NODE> <GPU> <FUNCTION>'.split(
  ' ',
)
/** Of a name that means several kinds, the first counts. What runs is one kind: most services are a workload as well. */
const kinds: ReadonlyMap<string, string> = new Map([
  ...own.map((kind) => [kind, kind] as const),
  ['<HOST>', '<NODE>'],
  ...'<SERVICE> <WORKLOAD> <DATABASE> <QUEUE> <EXTERNAL> <UNKNOWN>'
    .split(' ')
    .map((kind) => [kind, '<THING>'] as const),
  ['<NAMESPACE>', '<NAMESPACE>'],
  ['<CLUSTER>', '<CLUSTER>'],
])
const lengthMax = 4

/**
 * What a model of intents sees of a question: words, concepts, kinds of names, how words begin, what stands beside what, how long it is. No
 * name itself: how a service is called says nothing of what is asked.
 */
export function featuresOf(terms: readonly Term[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const row = ['^']
  for (const { features } of terms)
    if (!features.has(',') && !features.has('?')) row.push(see(seen, [...features.keys()]))
  row.push('$')
  for (let at = 1; at < row.length; at += 1) seen.add(`${row[at - 1]} ${row[at]}`)
  if (!seen.has('<E>')) seen.add('no name')
  seen.add(`length ${Math.min(lengthMax, Math.floor(Math.log2(row.length - 1)))}`)
  return seen
}

/** Returns what the term is to those beside it. */
function see(seen: Set<string>, features: readonly string[]): string {
  const kind = kindOf(features)
  if (kind !== undefined) {
    seen.add(kind)
    if (features.includes('<E>')) seen.add('<E>')
    return kind
  }
  for (const feature of features) seen.add(feature)
  const special = features.find((feature) => noName.has(feature))
  const word = features.find((feature) => !/^[@<#]/.test(feature))
  // A form that was never learned still begins like those that were.
  if (special === undefined && word !== undefined && /^[a-z]{5,}$/.test(word)) {
    seen.add(`${word.slice(0, 4)}…`)
    if (word.length > 5) seen.add(`${word.slice(0, 5)}…`)
  }
  return special ?? word ?? features[0] ?? ''
}

function kindOf(features: readonly string[]): string | undefined {
  if (!features.some((feature) => feature.startsWith('<') && !noName.has(feature))) return undefined
  for (const [kind, seenAs] of kinds) if (features.includes(kind)) return seenAs
  return '<THING>'
}
