import { Fault } from '../../../kernel/fault.ts'
import { type LabelMap, type Relabel, relabeler } from '../scrape/relabel.ts'
import type { ScrapeScope } from './header.ts'
import type { LabelPairs } from './series-key.ts'

export type { LabelMap } from '../scrape/relabel.ts'

/** Breaks a limit that the operator set for the whole scrape. */
export class ScrapeLimit extends Error {}

/**
 * From the labels of a sample as scraped to those of its series, as Prometheus does it: the target's labels join, the loser of two
 * with one name is renamed or left out, then the rules for metrics apply, then the limits of the job.
 */
export class SampleLabels {
  readonly #scope: ScrapeScope
  readonly #target: readonly (readonly [string, string])[]
  readonly #relabel: Relabel

  constructor(scope: ScrapeScope) {
    this.#scope = scope
    this.#target = Object.entries(scope.labels)
    this.#relabel = relabeler(scope.relabel)
  }

  /** null: dropped by a rule. Throws ScrapeLimit, or a Fault for a set that is none. */
  of(pairs: LabelPairs): LabelMap | null {
    const labels: LabelMap = new Map()
    for (const [name, value] of pairs) {
      if (labels.has(name)) throw new Fault('INVALID_LABELS', `Label ${name.slice(0, 64)} is given twice.`)
      labels.set(name, value)
    }
    for (const [name, value] of labels) if (value === '') labels.delete(name)
    if (this.#scope.honor_labels) this.#addMissing(labels, pairs)
    else this.#override(labels)
    if (!this.#relabel(labels)) return null
    if (labels.size === 0) return null
    if (!labels.has('__name__'))
      throw new Fault('INVALID_LABELS', 'A series has no name once the rules for metrics have been applied.')
    this.#check(labels)
    return labels
  }

  /** Labels of a series about the scrape itself. */
  ofReport(name: string): LabelMap {
    const labels: LabelMap = new Map([['__name__', name]])
    this.#override(labels)
    return labels
  }

  #addMissing(labels: LabelMap, pairs: LabelPairs): void {
    // A label that the target exposes with an empty value stays empty: that is how it says to leave it alone.
    for (const [name, value] of this.#target)
      if (!labels.has(name) && !pairs.some(([given]) => given === name)) labels.set(name, value)
  }

  #override(labels: LabelMap): void {
    const losers: [string, string][] = []
    for (const [name, value] of this.#target) {
      const given = labels.get(name)
      if (given !== undefined) losers.push([name, given])
      labels.set(name, value)
    }
    losers.sort(([a], [b]) => a.length - b.length)
    for (const [name, value] of losers) {
      let renamed = `exported_${name}`
      while (labels.has(renamed)) renamed = `exported_${renamed}`
      labels.set(renamed, value)
    }
  }

  #check(labels: LabelMap): void {
    const { label_limit, label_name_length_limit, label_value_length_limit } = this.#scope
    if (label_limit + label_name_length_limit + label_value_length_limit === 0) return
    if (label_limit > 0 && labels.size > label_limit)
      throw new ScrapeLimit(`label_limit: a series has ${labels.size} labels, more than ${label_limit}`)
    for (const [name, value] of labels) {
      if (label_name_length_limit > 0 && Buffer.byteLength(name) > label_name_length_limit)
        throw new ScrapeLimit(
          `label_name_length_limit: the label name ${name.slice(0, 64)} is longer than ${label_name_length_limit} bytes`,
        )
      if (label_value_length_limit > 0 && Buffer.byteLength(value) > label_value_length_limit)
        throw new ScrapeLimit(
          `label_value_length_limit: the value of ${name.slice(0, 64)} is longer than ${label_value_length_limit} bytes`,
        )
    }
  }
}
