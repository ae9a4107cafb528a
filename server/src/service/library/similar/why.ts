import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { LikenessPart } from './likeness.ts'
import type { IncidentProfile } from './profile.ts'

/** Of a list so many are named; the others are counted. */
const namedMax = 4
const nameMax = 120

/** Why two incidents are alike, a sentence for each part that says something, in the order of what it counts. */
export function whyAlike(found: readonly LikenessPart[], theirs: IncidentProfile): string[] {
  return found.map((part) => sentenceOf(part, theirs)).filter((sentence) => sentence !== '')
}

function sentenceOf({ part, shared, share }: LikenessPart, theirs: IncidentProfile): string {
  const of = (what: string): string[] =>
    shared.filter((one) => one.startsWith(`${what}:`)).map((one) => one.slice(what.length + 1))
  switch (part) {
    case 'alerts':
      return `The same alerts fired: ${named(of('alert'))}.`
    case 'symptoms':
      return symptoms(of('metric'), of('word'))
    case 'cause':
      return cause(of('category'), of('entity'), of('metric'))
    case 'places':
      return places(of('entity'), of('role'), theirs)
    case 'changes':
      return changes(of('change'), of('kind'))
    case 'text':
      // A few words in common are in any two texts.
      return share >= 0.02 ? `The texts share: ${named(of('text'))}.` : ''
  }
}

const courses: Readonly<Record<string, string>> = {
  ...{ ROSE: 'rose', FELL: 'fell', STOPPED: 'stopped', DRIFTED: 'drifted', UNSTEADY: 'became unsteady' },
  ...{ NEW_LINES: 'showed new log lines', NEW_CALL: 'made a new call' },
}

function symptoms(metrics: readonly string[], words: readonly string[]): string {
  const list = (metrics.length > 0 ? metrics : words).map((one) => {
    const at = one.lastIndexOf(' ')
    return `${one.slice(0, at)} ${courses[one.slice(at + 1)] ?? ''}`.trim()
  })
  return metrics.length > 0
    ? `The same metrics went wrong: ${named(list)}.`
    : `Metrics of a like name went wrong: ${named(list)}.`
}

function cause(
  categories: readonly string[],
  entities: readonly string[],
  metrics: readonly string[],
): string {
  const category = categories[0]?.toLowerCase()
  const place = entities[0] ? entityText(entities[0]) : undefined
  if (category && place)
    return `The cause was of the same kind, ${category}, and at the same place, ${place}.`
  if (category) return `The cause was of the same kind: ${category}.`
  if (place) return `The cause was at the same place: ${place}.`
  return metrics[0] ? `The cause showed in the same metric: ${cut(metrics[0])}.` : ''
}

const roles: Readonly<Record<string, string>> = {
  ENTRY: 'an entry that nobody else calls',
  SHARED: 'a place that many others need',
  END: 'an end that calls nobody',
  MIDDLE: 'a place in the middle of calls',
}

function places(entities: readonly string[], role: readonly string[], theirs: IncidentProfile): string {
  if (entities.length > 0) return `The same were affected: ${named(entities.map(entityText))}.`
  const text = roles[role[0] ?? '']
  if (!text) return ''
  const callers = theirs.place && role[0] === 'SHARED' ? ` (${theirs.place.callers} then)` : ''
  return `Both began at ${text}${callers}.`
}

function changes(exact: readonly string[], kinds: readonly string[]): string {
  if (exact.length > 0) {
    const list = exact.map((one) => {
      const at = one.indexOf(' ')
      return `${kindText(one.slice(0, at))} of ${entityText(one.slice(at + 1))}`
    })
    return `The same was changed shortly before: ${named(list)}.`
  }
  return `The same kind of change came shortly before: ${named(kinds.map(kindText))}.`
}

const kindText = (kind: string): string => kind.toLowerCase()
const entityText = (id: string): string => `${entityKind(id)} ${entityName(id)}`

function named(list: readonly string[]): string {
  const shown = list.slice(0, namedMax).map(cut).join(', ')
  return list.length > namedMax ? `${shown} and ${list.length - namedMax} more` : shown
}

/** One line, whatever a sender called it. */
const cut = (text: string): string => {
  const plain = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return plain.length > nameMax ? `${plain.slice(0, nameMax)}…` : plain
}
