import { createHash } from 'node:crypto'
import type { Labels } from '@aiops/contract/model/label'
import type { StoredLog } from '../../../port/log-store.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import { type Redaction, redact } from './redaction.ts'
import type { Rule } from './rule-document.ts'
import { relabelled } from './series-rule.ts'

/** What rules need to know of one sort of record. */
export type RecordForm<R> = {
  signal: 'logs' | 'traces'
  textOf(record: R, name: string): string | undefined
  /** The labels that rules set, rename and remove. */
  labels(record: R): Labels
  withLabels(record: R, labels: Labels): R
  /** Every text of the record through `map`; the same record where no text changed. */
  withTexts(record: R, map: (text: string) => string): R
  /** What is sampled together. */
  traceId(record: R): string
}

/** Called for each record that a `count` rule matched. */
export type Counted = (metric: string, labels: Labels) => void
export type RuledRecords<R> = { stored: R[]; analysed: R[] }

/**
 * Records through the rules, in their order; redaction is not among them, see `redactRecords`. `counted` hears of matches.
 * The share that sampling keeps depends on the trace id alone (or, without one, on the record), so that a trace is kept whole and
 * the same record is always judged alike. Pure.
 */
export function ruleRecords<R>(
  records: readonly R[],
  rules: readonly Rule[],
  form: RecordForm<R>,
  counted: Counted,
): RuledRecords<R> {
  const own = rules.filter(({ signals, action }) => signals.has(form.signal) && action.do !== 'redact')
  if (own.length === 0) return { stored: records as R[], analysed: records as R[] }
  const ruled: RuledRecords<R> = { stored: [], analysed: [] }
  for (const record of records) {
    const verdict = judge(record, own, form, counted)
    if (verdict.dropped) continue
    if (verdict.store) ruled.stored.push(verdict.record)
    if (verdict.analyse) ruled.analysed.push(verdict.record)
  }
  return ruled
}

/** Every text through the built-in redaction and those of fitting rules; the same array where nothing changed. */
export function redactRecords<R>(
  records: readonly R[],
  rules: readonly Rule[],
  form: RecordForm<R>,
  builtIn: readonly Redaction[],
  found: (name: string) => void,
): readonly R[] {
  const own = rules.filter(({ signals, action }) => signals.has(form.signal) && action.do === 'redact')
  if (own.length === 0 && builtIn.length === 0) return records
  let changed: R[] | undefined
  records.forEach((record, at) => {
    const redactions = [...builtIn]
    for (const { fits, action } of own)
      if (action.do === 'redact' && fits((name) => form.textOf(record, name)))
        redactions.push(...action.redactions)
    const kept = form.withTexts(record, (text) => redact(text, redactions, found))
    if (kept === record) return
    changed ??= [...records]
    changed[at] = kept
  })
  return changed ?? records
}

type Judged<R> = { record: R; dropped: boolean; store: boolean; analyse: boolean }

function judge<R>(start: R, rules: readonly Rule[], form: RecordForm<R>, counted: Counted): Judged<R> {
  const judged: Judged<R> = { record: start, dropped: false, store: true, analyse: true }
  for (const { fits, action } of rules) {
    const fitting = fits((name) => form.textOf(judged.record, name))
    if (action.do === 'keep') judged.dropped = !fitting
    else if (!fitting) continue
    else if (action.do === 'drop') judged.dropped = true
    else if (action.do === 'sample') judged.dropped = shareOf(form.traceId(judged.record)) >= action.share
    else if (action.do === 'route') {
      judged.store = action.store
      judged.analyse = action.analyse
    } else if (action.do === 'count') {
      const labels = action.by.map((name) => [name, form.textOf(judged.record, name) ?? ''])
      counted(action.metric, Object.fromEntries(labels.filter(([, value]) => value !== '')))
    } else {
      const before = form.labels(judged.record)
      const after = relabelled(before, action)
      if (after !== before) judged.record = form.withLabels(judged.record, after)
    }
    if (judged.dropped) break
  }
  return judged
}

/** 0 ≤ share < 1, evenly spread over keys. */
const shareOf = (key: string): number => createHash('sha1').update(key).digest().readUInt32BE(0) / 2 ** 32

const mapTexts = (labels: Labels, map: (text: string) => string): Labels => {
  let changed: Labels | undefined
  for (const [name, value] of Object.entries(labels)) {
    const mapped = map(value)
    if (mapped === value) continue
    changed ??= { ...labels }
    changed[name] = mapped
  }
  return changed ?? labels
}

/** The same array where no text changed. */
function mapAttributes<T extends { attributes: Labels }>(
  parts: readonly T[] | undefined,
  map: (text: string) => string,
): readonly T[] | undefined {
  const mapped = parts?.map((part) => ({ ...part, attributes: mapTexts(part.attributes, map) }))
  return mapped?.some((part, at) => part.attributes !== parts?.[at]?.attributes) ? mapped : parts
}

export const logForm: RecordForm<StoredLog> = {
  signal: 'logs',
  textOf(log, name) {
    if (name === 'message') return log.message
    if (name === 'severity') return log.severity
    return log.labels[name] ?? log.attributes[name]
  },
  labels: (log) => log.labels,
  withLabels: (log, labels) => ({ ...log, labels }),
  withTexts(log, map) {
    const message = map(log.message)
    const attributes = mapTexts(log.attributes, map)
    return message === log.message && attributes === log.attributes ? log : { ...log, message, attributes }
  },
  traceId: (log) => log.traceId || `${log.timeMs} ${log.message}`,
}

export const spanForm: RecordForm<StoredSpan> = {
  signal: 'traces',
  textOf(span, name) {
    if (name === 'name') return span.name
    if (name === 'kind') return span.kind
    if (name === 'status') return span.status
    return name === 'service.name' ? span.service : span.attributes[name]
  },
  labels: (span) => span.attributes,
  withLabels: (span, attributes) => ({ ...span, attributes }),
  withTexts(span, map) {
    const statusMessage = map(span.statusMessage)
    const attributes = mapTexts(span.attributes, map)
    const events = mapAttributes(span.events, map)
    const links = mapAttributes(span.links, map)
    const same =
      statusMessage === span.statusMessage &&
      attributes === span.attributes &&
      events === span.events &&
      links === span.links
    if (same) return span
    return { ...span, statusMessage, attributes, ...(events ? { events } : {}), ...(links ? { links } : {}) }
  },
  traceId: (span) => span.traceId,
}
