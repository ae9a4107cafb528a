import type { Finding, FindingCause, ObjectRef } from '@aiops/contract/model/finding'
import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import { severities } from '@aiops/contract/model/severity'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { ClusterView } from '../view.ts'
import { minute, plainText, timeOf } from './evidence.ts'
import { dependenciesOf, type Tie } from './relation.ts'
import { lastRollout } from './rollout.ts'
import type { Rule } from './rule.ts'

/**
 * Adds to each finding what explains it. A chain runs from its object over owners, scheduling, volumes and network, only through objects that are
 * at fault themselves or that merely own others, so that its end is the deepest explanation; that comes first. Findings that are consequences
 * stay, and name their cause.
 */
export function* explain(
  view: ClusterView,
  findings: readonly Finding[],
  rules: ReadonlyMap<string, Pick<Rule, 'explainedBy'>>,
  changes: readonly ObjectChange[] = [],
): Stepwise<Finding[]> {
  const index: Index = { view, rules, at: grouped(findings), changes: changesByObject(changes) }
  const explained: Finding[] = []
  for (const finding of findings) {
    explained.push({ ...finding, causes: causesOf(finding, index) })
    yield
  }
  return explained
}

/** More reasons than these tell nobody anything. */
const causesMax = 5
/** Objects that one chain passes at most; each level of owners is one step. */
const visitsMax = 1_000
const depthMax = 6
/** A change counts where the condition began so long after it, or up to a minute before, since clocks differ. */
const changeWindowMs = 30 * minute

type Index = {
  view: ClusterView
  rules: ReadonlyMap<string, Pick<Rule, 'explainedBy'>>
  at: ReadonlyMap<string, readonly Finding[]>
  changes: ReadonlyMap<string, readonly ObjectChange[]>
}
type Reached = { finding: Finding; relation: string; depth: number; alike: number }

function causesOf(finding: Finding, index: Index): FindingCause[] {
  const reached = [...explanations(finding, index).values()].sort(deepestFirst)
  const structural = reached.map(causeOf)
  const change = changeBefore(finding, index)
  const own = finding.causes
  const deepest = reached[0]?.finding.object.kind
  // A fault outside the workload stands by itself; one inside is what the change brought about.
  const isOutside = deepest !== undefined && !workloads.has(deepest)
  const ordered = isOutside ? [...structural, ...own, ...change] : [...change, ...structural, ...own]
  return unique(ordered).slice(0, causesMax)
}

const workloads: ReadonlySet<string> = new Set([
  'Pod',
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
])
/** Controllers: a chain goes through them whether or not they are at fault. */
const passing: ReadonlySet<string> = new Set([
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Service',
])
/** What they find is advice, and breaks nothing by itself. */
const advisory: ReadonlySet<string> = new Set(['Security', 'Log'])

/** Findings at the objects of all chains, the first alike of each rule and how many there are. */
function explanations(finding: Finding, index: Index): Map<string, Reached> {
  const found = new Map<string, Reached>()
  const seen = new Set([keyOf(finding.object)])
  let level: Tie[] = tiesOf(finding, [finding], index)
  for (let depth = 1; depth <= depthMax && level.length > 0; depth += 1) {
    const next: Tie[] = []
    for (const { object, relation } of level) {
      const key = keyOf(object)
      if (seen.has(key) || seen.size > visitsMax) continue
      seen.add(key)
      const here = (index.at.get(key) ?? []).filter((one) => canExplain(one, finding))
      for (const one of here) note(found, one, relation, depth)
      if (here.length > 0 || passing.has(object.kind)) next.push(...tiesOf({ object }, here, index))
    }
    level = next
  }
  return found
}

function note(found: Map<string, Reached>, finding: Finding, relation: string, depth: number): void {
  const known = found.get(finding.rule)
  if (!known) found.set(finding.rule, { finding, relation, depth, alike: 0 })
  else {
    known.alike += 1
    known.depth = Math.max(known.depth, depth)
  }
}

/** Where a thing's findings may come from; of one without any, from what it owns or selects. */
function tiesOf({ object }: { object: ObjectRef }, findings: readonly Finding[], index: Index): Tie[] {
  const ties = dependenciesOf(index.view, object)
  const named = findings.flatMap(({ causes }) =>
    causes.map((cause) => ({ object: cause.object, relation: cause.relation })),
  )
  if (findings.length === 0)
    return ties.filter(({ relation }) => relation === 'owns' || relation === 'selects')
  const allowed = findings.map(({ rule }) => index.rules.get(rule)?.explainedBy)
  const isOpen = allowed.some((kinds) => kinds === undefined)
  const kinds = new Set(allowed.flatMap((of) => of ?? []))
  return [...named, ...(isOpen ? ties : ties.filter((one) => kinds.has(one.object.kind)))]
}

const canExplain = (cause: Finding, effect: Finding): boolean =>
  cause.id !== effect.id &&
  !advisory.has(cause.analyzer) &&
  severities.indexOf(cause.severity) <= severities.indexOf('MEDIUM')

function deepestFirst(a: Reached, b: Reached): number {
  return (
    b.depth - a.depth ||
    severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity) ||
    b.alike - a.alike ||
    (a.finding.since ?? '~').localeCompare(b.finding.since ?? '~')
  )
}

const causeOf = ({ finding, relation, alike }: Reached): FindingCause => ({
  object: finding.object,
  rule: finding.rule,
  text: alike > 0 ? `${finding.title} (${alike} more alike)` : finding.title,
  relation,
})

/** The newest change of what runs, or of what it reads, of the object, its owner or its node, shortly before the condition began. */
function changeBefore(finding: Finding, { changes, view }: Index): FindingCause[] {
  if (finding.since === null) return []
  const sinceMs = Date.parse(finding.since)
  const isNear = (atMs: number): boolean => atMs <= sinceMs + minute && atMs >= sinceMs - changeWindowMs
  const owners = finding.parent ? [finding.object, finding.parent] : [finding.object]
  const read = dependenciesOf(view, finding.object).flatMap(({ object }) =>
    object.kind === 'Pod' ? [] : [object],
  )
  const [newest] = [...owners, ...read]
    .flatMap((object) => changes.get(keyOf(object)) ?? [])
    .map((change) => ({ change, atMs: Date.parse(change.at) }))
    .filter(({ atMs }) => isNear(atMs))
    .sort((a, b) => b.atMs - a.atMs)
  if (newest) {
    const { change, atMs } = newest
    return [changeCause(change.object, word[change.kind] ?? 'Change', atMs, change.summary)]
  }
  for (const owner of owners) {
    const rollout = lastRollout(view, owner)
    if (rollout && isNear(rollout.atMs)) return [changeCause(owner, 'Rollout', rollout.atMs, rollout.summary)]
  }
  return []
}

const changeCause = (object: ObjectRef, what: string, atMs: number, summary: string): FindingCause => ({
  object,
  rule: null,
  text: `${what} at ${timeOf(atMs)}: ${plainText(summary)}`,
  relation: 'changed before',
})

const word: Partial<Record<ObjectChange['kind'], string>> = {
  ROLLOUT: 'Rollout',
  CONFIG: 'Configuration changed',
  SCALE: 'Scaled',
}

/** Only changes that people or programs made; what follows from them is told by findings. */
function changesByObject(changes: readonly ObjectChange[]): Map<string, ObjectChange[]> {
  const by = new Map<string, ObjectChange[]>()
  for (const change of changes) {
    if (word[change.kind] === undefined) continue
    const key = keyOf(change.object)
    const list = by.get(key)
    if (list) list.push(change)
    else by.set(key, [change])
  }
  return by
}

function grouped(findings: readonly Finding[]): Map<string, Finding[]> {
  const by = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = keyOf(finding.object)
    const list = by.get(key)
    if (list) list.push(finding)
    else by.set(key, [finding])
  }
  return by
}

function unique(causes: readonly FindingCause[]): FindingCause[] {
  const seen = new Set<string>()
  return causes.filter(({ object, rule, relation }) => {
    // What a rule names without a finding of its own adds nothing where the object's finding is among the causes.
    const key = rule === null && relation === 'changed before' ? `change ${keyOf(object)}` : keyOf(object)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const keyOf = ({ kind, namespace, name }: ObjectRef): string => `${kind}/${namespace}/${name}`
