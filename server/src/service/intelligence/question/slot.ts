import type { Intent } from '@aiops/contract/model/answer'
import { aggregateOf, limitOf, thresholdOf, unitsAfter } from './amount-slot.ts'
import type { Link } from './linked.ts'
import { readMetric } from './metric-slot.ts'
import type { Slots } from './question.ts'
import type { Term } from './term.ts'
import type { Token } from './token.ts'

type Seen = {
  tokens: readonly Token[]
  terms: readonly Term[]
  links: readonly Link[]
  intent: Intent
  isBefore: boolean
}

/** Everything that a question says beside what it is about. */
export function readSlots(seen: Seen): Slots {
  const slots: Slots = {}
  const put = <K extends keyof Slots>(key: K, value: Slots[K] | undefined) => {
    if (value !== undefined) slots[key] = value
  }
  const { tokens, terms, links, intent } = seen
  const has = (...features: string[]) =>
    features.some((feature) => terms.some((term) => term.features.has(feature)))
  put('metric', readMetric(terms, links))
  put('severity', severityOf(seen, has))
  put('limit', limitOf(tokens))
  put('order', has('@FEWEST') ? 'FEWEST' : has('@MOST') ? 'MOST' : undefined)
  put('aggregate', intent === 'TOP' ? aggregateOf(tokens) : undefined)
  put(
    'unaffected',
    intent === 'WHAT_IS_BROKEN' && (has('@UNAFFECTED') || (has('@HOW_MANY') && has('@SERVICE')))
      ? true
      : undefined,
  )
  put('trend', intent === 'METRIC_COURSE' && has('@IMPROVE', 'still') ? true : undefined)
  put('count', has('@HOW_MANY') && !has('how often') ? true : undefined)
  put('yesNo', isYesNo(tokens) ? true : undefined)
  put('askedState', isYesNo(tokens) ? askedStateOf(terms) : undefined)
  put('direction', directionOf(terms, has))
  put('logText', logTextOf(seen))
  put('logLevel', logLevelOf(terms, intent))
  put('compareWith', compareWithOf(seen, has))
  put('threshold', thresholdOf(tokens))
  put('traceId', tokens.find((token) => token.type === 'TRACE_ID')?.lower)
  put('onlyProblems', problemsOnly(seen, has) ? true : undefined)
  put('reportType', intent === 'REPORT' ? reportTypeOf(tokens) : undefined)
  put('reportFormat', formatOf(tokens))
  put('past', isPast(tokens) ? true : undefined)
  put('workloadKind', workloadKindOf(tokens))
  put('eventReason', eventReasonOf(tokens))
  put('named', namedOf(links, tokens))
  return slots
}

const severities: readonly [NonNullable<Slots['severity']>, string][] = [
  ['CRITICAL', 'critical crit sev1 p1 fatal emergency disaster criticals'],
  ['HIGH', 'high sev2 p2 major'],
  ['MEDIUM', 'medium warning warnings warn moderate sev3 p3'],
  ['LOW', 'low minor'],
  ['INFO', 'info informational'],
]
const ranked: ReadonlySet<Intent> = new Set([
  'LIST_ALERTS',
  'COUNT_ALERTS',
  'LIST_INCIDENTS',
  'LIST_FINDINGS',
  'SILENCED_ALERTS',
  'WHAT_IS_BROKEN',
])

function severityOf({ tokens, intent }: Seen, has: (...features: string[]) => boolean): Slots['severity'] {
  if (!ranked.has(intent)) return undefined
  const after = tokens.findIndex((token) => token.lower === 'severity')
  if (after >= 0 && [tokens[after - 1]?.lower, tokens[after + 1]?.lower].includes('error')) return 'HIGH'
  if (has('#ANY') && !has('@ALERT', '@INCIDENT', '@FINDING')) return undefined
  return severities.find(([, words]) => tokens.some((token) => words.split(' ').includes(token.lower)))?.[0]
}

const asks = new Set('be do can have could will would should may might'.split(' '))
const isYesNo = (tokens: readonly Token[]): boolean => {
  const first = tokens.findIndex(
    (token) =>
      token.type !== 'MARK' && !['and', 'so', 'hey', 'hi', 'but', 'ok', 'then'].includes(token.lower),
  )
  const token = tokens[first]
  if (token === undefined) return false
  if (['any', 'anything', 'something'].includes(token.lower)) return true
  const next = tokens[first + 1]?.lower
  return asks.has(token.lemma) && !(['can', 'could', 'would', 'will'].includes(token.lower) && next === 'you')
}

/** "is it down", "is it ok, it was so slow": the first state that is said. */
function askedStateOf(terms: readonly Term[]): Slots['askedState'] {
  const state = terms.find(({ features }) =>
    ['@FINE', '@BROKEN', '@SLOW'].some((concept) => features.has(concept)),
  )
  return state === undefined ? undefined : state.features.has('@FINE') ? 'FINE' : 'TROUBLE'
}

const directionOf = (terms: readonly Term[], has: (...features: string[]) => boolean): Slots['direction'] => {
  if (has('@UPWARD') && !has('downstream', 'both')) {
    // "who calls X" goes up; "what does X call" goes down.
    return isObject(terms) ? 'UP' : has('caller', 'upstream', 'consumer', 'client') ? 'UP' : 'DOWN'
  }
  if (
    !has(
      'depend',
      'rely',
      'call',
      'use',
      'need',
      'talk',
      'connect',
      'downstream',
      'dependency',
      '@DOWNWARD',
      'consume',
    )
  )
    return undefined
  if (has('downstream') && has('upstream')) return 'BOTH'
  if (has('both') && has('dependency')) return 'BOTH'
  if (has('downstream')) return 'DOWN'
  if (has('dependency') && !has('depend on')) return has('@UPWARD') ? 'UP' : 'DOWN'
  return isObject(terms) ? 'UP' : 'DOWN'
}

const relates = [
  'depend',
  'rely',
  'call',
  'use',
  'need',
  'talk',
  'connect',
  'consume',
  'depend on',
  'rely on',
]
/** Does the name, or the pronoun, stand after the verb? */
function isObject(terms: readonly Term[]): boolean {
  const verb = terms.findIndex((term) => relates.some((word) => term.features.has(word)))
  const thing = terms.findIndex((term) => term.features.has('<E>') || term.features.has('it'))
  return verb >= 0 && thing > verb
}

const logIntents: ReadonlySet<Intent> = new Set(['SHOW_LOGS', 'LOG_PATTERNS', 'TRACES'])

/** What is in quotes; else what stands after "for", "containing" or "mention". */
function logTextOf({ tokens, links, terms, intent }: Seen): string | undefined {
  if (!logIntents.has(intent)) return undefined
  const quoted = tokens.findIndex((token) => token.type === 'QUOTED')
  if (quoted >= 0 && !links.some((link) => link.from <= quoted && quoted < link.to))
    return tokens[quoted]!.text
  for (let at = 0; at < terms.length; at++) {
    const isLead = ['contain', 'mention', 'match', 'grep', 'saying', 'about'].some((word) =>
      terms[at]!.features.has(word),
    )
    const isFor =
      terms[at]!.features.has('for') && terms.slice(0, at).some((term) => term.features.has('@SEARCH'))
    if (!isLead && !isFor) continue
    const text = searched(tokens, terms, at + 1)
    if (text !== undefined) return text
  }
  return undefined
}

function searched(tokens: readonly Token[], terms: readonly Term[], from: number): string | undefined {
  const words: string[] = []
  for (const term of terms.slice(from, from + 6)) {
    if (
      ['<E>', '<TIME>', ',', '?', 'in', 'of', 'from', 'at', 'on', '@LOG'].some((feature) =>
        term.features.has(feature),
      )
    )
      break
    for (const token of tokens.slice(term.from, term.to)) words.push(token.text)
  }
  while (['the', 'a', 'an', 'any', 'word', 'text'].includes(words[0] ?? '')) words.shift()
  return words.length === 0 ? undefined : words.join(' ')
}

function logLevelOf(terms: readonly Term[], intent: Intent): Slots['logLevel'] {
  if (!logIntents.has(intent)) return undefined
  if (terms.some((term) => ['error', 'exception', 'fatal', 'panic'].some((word) => term.features.has(word))))
    return 'ERROR'
  return terms.some((term) => term.features.has('warning') || term.features.has('warn'))
    ? 'WARNING'
    : undefined
}

function compareWithOf(
  { terms, intent, isBefore }: Seen,
  has: (...features: string[]) => boolean,
): Slots['compareWith'] {
  const names = terms.filter((term) => term.features.has('<E>')).length
  if (intent === 'COMPARE' && names >= 2) return 'ENTITY'
  const isCompared = intent === 'COMPARE' || intent === 'METRIC_COURSE' || intent === 'METRIC_VALUE'
  if (isBefore && (isCompared || has('@COMPARE'))) return 'BEFORE'
  if (intent === 'COMPARE' && names < 2) return 'BEFORE'
  return isCompared && has('usual', 'normal', 'than usual', 'than before', 'baseline') ? 'BEFORE' : undefined
}

const listsProblems: ReadonlySet<Intent> = new Set([
  'LIST_PODS',
  'LIST_NODES',
  'LIST_WORKLOADS',
  'LIST_CLUSTERS',
  'LIST_EVENTS',
  'TRACES',
  'CNF',
  'GPU',
  'PTP',
  'SLO',
  'RESTARTS',
  'TOP',
  'LIST_FINDINGS',
])
const problemsOnly = ({ intent }: Seen, has: (...features: string[]) => boolean): boolean =>
  listsProblems.has(intent) &&
  (has('@BROKEN', '@SLOW', '@ATTENTION', 'warning', 'pressure', 'not') || has('@ERROR'))

function reportTypeOf(tokens: readonly Token[]): Slots['reportType'] {
  const has = (...words: string[]) =>
    words.some((word) => tokens.some((token) => token.lower === word || token.lemma === word))
  if (has('capacity', 'forecast', 'headroom')) return 'CAPACITY_PLAN'
  if (has('cost', 'noise', 'noisy', 'money')) return 'NOISE_AND_COST'
  if (
    has('incident', 'mortem', 'postmortem', 'post-mortem', 'outage', 'rca', 'retrospective', 'retro', 'after')
  )
    return 'INCIDENT_REPORT'
  if (has('executive', 'exec', 'management', 'board', 'boss', 'summary', 'manager', 'director'))
    return 'EXECUTIVE_SUMMARY'
  return has('detail', 'detailed', 'analysis', 'technical', 'deep', 'full', 'complete')
    ? 'DETAILED_ANALYSIS'
    : undefined
}

function formatOf(tokens: readonly Token[]): Slots['reportFormat'] {
  for (const { lower } of tokens) {
    if (lower === 'pdf' || lower === 'html' || lower === 'json' || lower === 'markdown')
      return lower.toUpperCase() as 'PDF'
    if (lower === 'md') return 'MARKDOWN'
  }
  return undefined
}

const pastWords = new Set(
  'past resolved closed over expired ended recovered history historic previous finished solved were was yesterday'.split(
    ' ',
  ),
)
const isPast = (tokens: readonly Token[]): boolean =>
  tokens.some(
    ({ lower }, at) =>
      pastWords.has(lower) &&
      !(
        unitsAfter.has(tokens[at + 1]?.lower ?? '') ||
        ['the', 'a', 'last', '80', '90'].includes(tokens[at + 1]?.lower ?? '') ||
        tokens[at + 1]?.type === 'NUMBER'
      ),
  )

const workloadKinds: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  deployments: 'Deployment',
  statefulset: 'StatefulSet',
  statefulsets: 'StatefulSet',
  sts: 'StatefulSet',
  daemonset: 'DaemonSet',
  daemonsets: 'DaemonSet',
  ds: 'DaemonSet',
  replicaset: 'ReplicaSet',
  replicasets: 'ReplicaSet',
  job: 'Job',
  jobs: 'Job',
  cronjob: 'CronJob',
  cronjobs: 'CronJob',
}
const workloadKindOf = (tokens: readonly Token[]): string | undefined =>
  tokens.map((token) => workloadKinds[token.lower]).find((kind) => kind !== undefined)

const eventReasons: Readonly<Record<string, string>> = {
  failedscheduling: 'FailedScheduling',
  failedmount: 'FailedMount',
  backoff: 'BackOff',
  crashloopbackoff: 'BackOff',
  oomkilled: 'OOMKilling',
  oomkilling: 'OOMKilling',
  evicted: 'Evicted',
  unhealthy: 'Unhealthy',
  imagepullbackoff: 'Failed',
  errimagepull: 'Failed',
  nodenotready: 'NodeNotReady',
  failedcreate: 'FailedCreate',
  preempted: 'Preempted',
  killing: 'Killing',
  scalingreplicaset: 'ScalingReplicaSet',
}
const eventReasonOf = (tokens: readonly Token[]): string | undefined =>
  tokens
    .map((token) => (Object.hasOwn(eventReasons, token.lower) ? eventReasons[token.lower] : undefined))
    .find((reason) => reason !== undefined)

/** An alert or runbook that is named; else what is written as such names are: `HighErrorRate`. */
function namedOf(links: readonly Link[], tokens: readonly Token[]): string | undefined {
  const link = links.find(({ things }) => things[0]?.kind === 'ALERT' || things[0]?.kind === 'RUNBOOK')
  if (link !== undefined) return link.things[0]!.name
  const isLinked = (at: number) => links.some(({ from, to }) => from <= at && at < to)
  const isName = (token: Token) => /^(?:\p{Lu}\p{Ll}+){2,}$/u.test(token.text)
  return tokens.find((token, at) => isName(token) && !isLinked(at) && token.lower !== 'notready')?.text
}
