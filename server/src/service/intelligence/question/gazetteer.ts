import { atOnce, type Stepwise } from '../../../kernel/stepwise.ts'
import { editDistance } from './edit-distance.ts'
import type { NamedThing } from './question.ts'

/** What a word could stand for: things of one name each, nearest first. */
export type Near = { key: string; things: readonly NamedThing[] }

/** Everything that a question can name, found by how people write it. Built once for many questions. */
export interface Gazetteer {
  readonly size: number
  /** Things of exactly this name or alias, whatever its separators and case. */
  exact(text: string): readonly NamedThing[]
  /** Names that are a slip of the keyboard away: one for more than 5 characters, two for more than 9. Digits are never slips. */
  similar(text: string): readonly Near[]
  /** Names of which a part begins with this (4 characters or more), or is this. */
  beginning(text: string, partMin?: number): readonly Near[]
  /** The one thing of this kind, undefined where there is none or there are more. */
  only(kind: NamedThing['kind']): NamedThing | undefined
}

/** Candidates that one look compares with; beyond them a name is taken for unknown rather than the process held up. */
const comparedMax = 4_000
const nearMax = 64
/** Things of one name that are looked at. */
const sameNameMax = 256

/** One spelling of a name: `worker 3`, `worker3`, `Worker-3` and `worker-03` are the same. A slash stays: it parts namespace and name. */
export const keyOf = (name: string): string => spelt(name.toLowerCase().replace(/(?<!\d)0+(?=\d)/g, ''))
const spelt = (name: string): string => name.toLowerCase().replace(/[-_ .:]+/g, '')

export const createGazetteer = (things: readonly NamedThing[]): Gazetteer => atOnce(gazetteerSteps(things))

/** Names between two steps: about a millisecond's work. */
const stepLength = 256

/** The same in steps, for so many things that building it would hold up others. */
export function* gazetteerSteps(things: readonly NamedThing[]): Stepwise<Gazetteer> {
  const byKey = new Map<string, NamedThing[]>()
  const only = new Map<NamedThing['kind'], NamedThing | undefined>()
  let count = 0
  for (const thing of things) {
    if (++count % stepLength === 0) yield
    only.set(thing.kind, only.has(thing.kind) ? undefined : thing)
    add(byKey, keyOf(thing.name), thing)
    if (thing.aliases !== undefined) for (const alias of thing.aliases) add(byKey, keyOf(alias), thing)
    const bare = /^(.{3,})-(?:service|svc|deployment)$/i.exec(thing.name)
    if (bare !== null) add(byKey, keyOf(bare[1]!), thing)
  }
  const edges = yield* indexEdges(byKey)
  const parts = yield* indexParts(byKey)
  const near = (keys: Iterable<string>): Near[] =>
    [...new Set(keys)].slice(0, nearMax).map((key) => ({ key, things: byKey.get(key) ?? [] }))
  return {
    size: things.length,
    only: (kind) => only.get(kind),
    exact: (text) => exactly(byKey, text),
    similar(text) {
      const key = keyOf(text)
      const max = key.length > 9 ? 2 : key.length > 5 ? 1 : 0
      return max === 0 ? [] : near(similarKeys(edges, key, max))
    },
    beginning(text, partMin = 4) {
      const key = keyOf(text)
      return key.length < partMin ? [] : near(keysBeginning(parts, key))
    },
  }
}

function add(byKey: Map<string, NamedThing[]>, key: string, thing: NamedThing): void {
  if (key === '') return
  const held = byKey.get(key)
  if (held === undefined) byKey.set(key, [thing])
  else if (held.length < sameNameMax && held.at(-1) !== thing) held.push(thing)
}

function exactly(byKey: Map<string, NamedThing[]>, text: string): readonly NamedThing[] {
  const whole = byKey.get(keyOf(text))
  if (whole !== undefined) return sameDigits(whole, text)
  const bare = /^(.{3,})-(?:service|svc|deployment)$/i.exec(text)
  if (bare !== null) return byKey.get(keyOf(bare[1]!)) ?? []
  if (!text.includes('/')) return []
  // `shop/search`, `service/billing`, `harbour/shop/search`: what stands before the name narrows it.
  const [name, ...above] = text.toLowerCase().split('/').reverse()
  if (name === undefined || above.length === 0 || above.length > 3) return []
  const named = byKey.get(keyOf(name)) ?? []
  return named.filter((thing) => above.every((part) => isIn(thing, part)))
}

/** `node-1` and `node-01`: where both are there, the one that was written is meant. */
function sameDigits(things: readonly NamedThing[], text: string): readonly NamedThing[] {
  if (!/0\d/.test(text) && !things.some(({ name }) => /0\d/.test(name))) return things
  const same = things.filter(({ name }) => spelt(name) === spelt(text))
  return same.length > 0 ? same : things
}

function isIn(thing: NamedThing, part: string): boolean {
  const key = keyOf(part)
  return (
    keyOf(thing.namespace ?? '') === key ||
    keyOf(thing.cluster_id ?? '') === key ||
    keyOf(thing.workload_kind ?? '') === key ||
    thing.kind.toLowerCase() === key
  )
}

/**
 * Keys by their digits, length and first two or last two characters. A slip in a key of six or more characters leaves one of the two ends
 * whole; two slips that hit both ends are not found. Pods are left out: nobody misspells a hash.
 */
function* indexEdges(byKey: Map<string, NamedThing[]>): Stepwise<Map<string, string[]>> {
  const edges = new Map<string, string[]>()
  let count = 0
  for (const [key, things] of byKey) {
    if (++count % stepLength === 0) yield
    if (key.length < 5 || key.length > 40 || things[0]!.kind === 'POD' || key.includes('/')) continue
    const digits = digitsOf(key)
    for (const edge of [`^${key.slice(0, 2)}`, `$${key.slice(-2)}`]) {
      const slot = `${digits}|${key.length}|${edge}`
      const held = edges.get(slot)
      if (held === undefined) edges.set(slot, [key])
      else held.push(key)
    }
  }
  return edges
}

const digitsOf = (key: string): string => key.replace(/\D+/g, ' ').trim()

function similarKeys(edges: Map<string, string[]>, key: string, max: number): string[] {
  const digits = digitsOf(key)
  const found: { key: string; distance: number }[] = []
  let compared = 0
  for (let length = key.length - max; length <= key.length + max; length++) {
    for (const edge of [`^${key.slice(0, 2)}`, `$${key.slice(-2)}`]) {
      for (const other of edges.get(`${digits}|${length}|${edge}`) ?? []) {
        if (++compared > comparedMax) break
        const distance = editDistance(key, other, max)
        if (distance <= max) found.push({ key: other, distance })
      }
    }
  }
  found.sort((a, b) => a.distance - b.distance || (a.key < b.key ? -1 : 1))
  const least = found[0]?.distance
  return found.filter((one) => one.distance === least).map((one) => one.key)
}

type Parts = { keysByPart: Map<string, string[]>; partsByHead: Map<string, string[]> }

const headLength = 3

function* indexParts(byKey: Map<string, NamedThing[]>): Stepwise<Parts> {
  const keysByPart = new Map<string, string[]>()
  const partsByHead = new Map<string, string[]>()
  let count = 0
  for (const [key, things] of byKey) {
    if (++count % stepLength === 0) yield
    const thing = things[0]!
    if (thing.kind === 'POD' || thing.kind === 'GPU' || thing.kind === 'METRIC') continue
    // `HighErrorRate` has parts too.
    const spelt = thing.kind === 'ALERT' ? thing.name.replace(/(?<=[a-z])(?=[A-Z])/g, '-') : thing.name
    for (const part of spelt.toLowerCase().split(/[-_./: ]+/)) {
      if (part.length < headLength) continue
      const keys = keysByPart.get(part)
      if (keys !== undefined) {
        if (keys.length < nearMax) keys.push(key)
        continue
      }
      keysByPart.set(part, [key])
      const head = part.slice(0, headLength)
      const heads = partsByHead.get(head)
      if (heads === undefined) partsByHead.set(head, [part])
      else heads.push(part)
    }
  }
  return { keysByPart, partsByHead }
}

/** Where the word is a whole part of names, only those; else those with a part that it begins. */
function keysBeginning({ keysByPart, partsByHead }: Parts, key: string): string[] {
  const whole = keysByPart.get(key)
  if (whole !== undefined) return whole
  const found: string[] = []
  let compared = 0
  for (const part of partsByHead.get(key.slice(0, headLength)) ?? []) {
    if (++compared > comparedMax || found.length > nearMax) break
    if (key.length >= 4 && part.startsWith(key)) found.push(...keysByPart.get(part)!)
  }
  return found
}
