import type { ChangedField, ChangeKind } from '@aiops/contract/model/change'
import { isoTime } from '../../kernel/clock.ts'
import { fieldOf } from '../../port/forge-hook.ts'

/** A name by which a sender calls what it changed. */
export type Named = { name: string; namespace?: string | undefined }

/** One change as a sender tells it, before it is known what it is about. */
export type Told = {
  /** What makes it the same when it is told again. */
  key: readonly unknown[]
  /** When it was done, where the sender says so. */
  at: string | undefined
  kind: ChangeKind
  summary: string
  fields?: readonly ChangedField[]
  actor?: string | undefined
  url?: string | undefined
  environment?: string | undefined
  /** What the sender says itself that it is about, as `service/cart`. */
  explicit: readonly string[]
  /** `org/shop`, or an address that ends so. */
  repositories: readonly string[]
  names: readonly Named[]
}

/** What a webhook tells, and why it tells nothing where it does not. */
export type Reading = { told: readonly Told[]; why: string | null }

/** What is read: the body, the event as a header names it, what identifies this delivery, and the names that deploy. */
export type Message = {
  body: Readonly<Record<string, unknown>>
  event: string
  delivery: string
  deploying: readonly string[]
}
export type ReadMessage = (message: Message) => Reading

export const nothing = (why: string): Reading => ({ told: [], why })
export const one = (told: Told): Reading => ({ told: [told], why: null })

/** Entries of a list that are looked at: whoever sends more says little with each. */
const listMax = 50

/** One line of what a stranger wrote: nothing that steers a terminal, hides, or turns the reading direction. */
export const line = (text: string, max: number): string =>
  text
    .slice(0, max * 4)
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, max)
    .replace(/[\uD800-\uDBFF]$/, '')

/** Text some levels down, as one line; undefined where there is none. */
export function textAt(body: unknown, ...path: readonly string[]): string | undefined {
  const value = fieldOf(body, ...path)
  const text = typeof value === 'string' ? line(value, 512) : ''
  return text === '' ? undefined : text
}

/** Text or a number, as ids come. */
export function idAt(body: unknown, ...path: readonly string[]): string | undefined {
  const value = fieldOf(body, ...path)
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : textAt(body, ...path)
}

export function listAt(body: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = fieldOf(body, ...path)
  return Array.isArray(value) ? value.slice(0, listMax) : []
}

/** ISO 8601, GitLab's `2021-04-28 21:50:00 +0200`, or Unix seconds or milliseconds by their size; undefined for what is none. */
export function timeAt(body: unknown, ...path: readonly string[]): string | undefined {
  const value = fieldOf(body, ...path)
  if (typeof value === 'number') return isoOf(value < 1e11 ? value * 1_000 : value)
  if (typeof value !== 'string') return undefined
  const [, day, time, zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(value) ?? []
  if (day === undefined || time === undefined) return undefined
  const offset = zone === 'UTC' || zone === 'Z' ? 'Z' : zone.replace(/^(...)(\d\d)$/, '$1:$2')
  return isoOf(Date.parse(`${day}T${time}${offset}`))
}

/** Years that ISO 8601 writes with four digits. */
const isoOf = (timeMs: number): string | undefined =>
  timeMs > 0 && timeMs < 253_402_300_800_000 ? isoTime(timeMs) : undefined

/** An address that a browser may open. */
export function urlAt(body: unknown, ...path: readonly string[]): string | undefined {
  const value = fieldOf(body, ...path)
  if (typeof value !== 'string' || value.length > 2_000 || !URL.canParse(value)) return undefined
  const { protocol, username, password } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === '' ? value : undefined
}

/** Labels or annotations of an object: their own text values only. */
export function labelAt(body: unknown, path: readonly string[], name: string): string | undefined {
  return textAt(fieldOf(body, ...path), name)
}

/** `service/cart, service:web`, or a list of such. */
export function explicitOf(value: unknown): string[] {
  const parts =
    typeof value === 'string' ? value.slice(0, 10_000).split(/[,\s]+/) : Array.isArray(value) ? value : []
  return parts.filter((part): part is string => typeof part === 'string' && part !== '').slice(0, listMax)
}

export const field = (path: string, before: string | undefined, after: string | undefined): ChangedField[] =>
  before === undefined && after === undefined ? [] : [{ path, before: before ?? null, after: after ?? null }]

export const shortSha = (sha: string | undefined): string =>
  sha !== undefined && /^[0-9a-f]{40,64}$/.test(sha) ? sha.slice(0, 8) : (sha ?? '')

/** Words with a space between those that there are. */
export const words = (...parts: readonly (string | undefined | false)[]): string =>
  parts
    .filter((part) => part)
    .join(' ')
    .replaceAll(' : ', ': ')
