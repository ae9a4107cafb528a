import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../kernel/fault.ts'
import type { LabelPairs } from '../../port/metric-store.ts'
import type { IngestConfig } from './config.ts'

export type LabelLimits = { countMax: number; nameBytesMax: number; valueBytesMax: number }

export const labelLimits = ({ limits }: Pick<IngestConfig, 'limits'>): LabelLimits => ({
  countMax: limits.labels_max,
  nameBytesMax: limits.label_name_bytes_max,
  valueBytesMax: limits.label_value_bytes_max,
})

/** Names that would reach an object's prototype in code that is less careful than this. */
const reserved: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Labels in the making: checks each as it comes, throws INVALID_LABELS on the first that cannot be taken. */
export class LabelSet implements LabelPairs {
  /** In the order they came; few, so that looking through them costs less than an object of them. */
  readonly names: string[] = []
  readonly values: string[] = []
  readonly #limits: LabelLimits

  constructor(limits: LabelLimits) {
    this.#limits = limits
  }

  /** Made anew each time, without a prototype, so that no name finds anything inherited. */
  get labels(): Labels {
    const labels: Labels = Object.create(null)
    for (let i = 0; i < this.names.length; i += 1) labels[this.names[i]!] = this.values[i]!
    return labels
  }

  get(name: string): string | undefined {
    const at = this.names.indexOf(name)
    return at < 0 ? undefined : this.values[at]
  }

  /** A name given twice is refused. An empty value is the same as no label, as in Prometheus. */
  add(name: string, value: string): void {
    this.#check(name, value)
    if (this.names.includes(name)) throw invalid(`Label ${shown(name)} is given twice.`)
    this.#put(name, value)
  }

  /** As `add`, of a pair that a set with these limits has taken before: only what the set itself decides is checked. */
  addTaken(name: string, value: string): void {
    if (this.names.includes(name)) throw invalid(`Label ${shown(name)} is given twice.`)
    this.#put(name, value)
  }

  /** As `add`, but what is there already stays. */
  addMissing(name: string, value: string): void {
    if (this.names.includes(name)) return
    this.#check(name, value)
    this.#put(name, value)
  }

  #check(name: string, value: string): void {
    checkPair(name, value, this.#limits)
  }

  #put(name: string, value: string): void {
    if (value === '') return
    if (this.names.length >= this.#limits.countMax) throw tooMany(name, this.#limits)
    this.names.push(name)
    this.values.push(value)
  }
}

/** The same of names and values that are an object already; what is empty is left out. */
export function checkedLabels(given: Labels, limits: LabelLimits): Labels {
  const labels: Labels = {}
  let count = 0
  for (const name of Object.keys(given)) {
    const value = given[name] ?? ''
    checkPair(name, value, limits)
    if (value === '') continue
    if (count >= limits.countMax) throw tooMany(name, limits)
    count += 1
    labels[name] = value
  }
  return labels
}

/** Throws INVALID_LABELS for a name or a value that cannot be taken. */
function checkPair(name: string, value: string, limits: LabelLimits): void {
  if (name === '') throw invalid('A label has an empty name.')
  if (reserved.has(name)) throw invalid(`The label name ${name} is not accepted.`)
  if (tooLong(name, limits.nameBytesMax)) {
    throw invalid(`A label name is longer than ${limits.nameBytesMax} bytes: ${shown(name)}.`)
  }
  if (tooLong(value, limits.valueBytesMax)) {
    throw invalid(`The value of label ${shown(name)} is longer than ${limits.valueBytesMax} bytes.`)
  }
  if (name.includes('\0') || value.includes('\0'))
    throw invalid(`Label ${shown(name)} holds a NUL character.`)
  if (!name.isWellFormed() || !value.isWellFormed())
    throw invalid(`Label ${shown(name)} is not valid Unicode.`)
}

const tooMany = (name: string, { countMax }: LabelLimits): Fault =>
  invalid(`More than ${countMax} labels; the first too many is ${shown(name)}.`)

export const invalid = (message: string): Fault => new Fault('INVALID_LABELS', message)

function tooLong(text: string, bytesMax: number): boolean {
  if (text.length * 3 <= bytesMax) return false
  return text.length > bytesMax || Buffer.byteLength(text) > bytesMax
}

/** A name as it may stand in a message: quoted, short, without control characters. */
const shown = (name: string): string =>
  JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name.toWellFormed())
