import type { Labels } from '@aiops/contract/model/label'
import type { StoredLog } from '../../../port/log-store.ts'
import { streamLabelName, streamLabels } from '../../../port/log-stream.ts'

export const errorLabel = '__error__'
export const errorDetailsLabel = '__error_details__'

/** Loki's words for levels, put beside each line as structured metadata `detected_level`. */
const levels: Readonly<Record<StoredLog['severity'], string>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
  UNSPECIFIED: 'unknown',
}

/** Labels of a stream by the object its records share, under the names of LogQL. */
const streams = new WeakMap<Labels, Labels>()
export function streamOf(labels: Labels): Labels {
  let known = streams.get(labels)
  if (!known) {
    known = streamLabels(labels)
    streams.set(labels, known)
  }
  return known
}

/** What is known of a line beside its stream: attributes, trace, span, level. */
export function metadataOf(record: StoredLog): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(record.attributes)) {
    const given = streamLabelName(name)
    if (value !== '' && (given === name || !Object.hasOwn(record.attributes, given))) found.set(given, value)
  }
  if (record.traceId !== '') found.set('trace_id', record.traceId)
  if (record.spanId !== '') found.set('span_id', record.spanId)
  found.set('detected_level', levels[record.severity])
  return found
}

/** A line on its way through a pipeline. Of one name the parsed label comes before structured metadata, that before the stream's. */
export class LogLine {
  readonly record: StoredLog
  readonly stream: Labels
  line: string
  error = ''
  errorDetails = ''
  #metadata: Map<string, string> | undefined
  #parsed: Map<string, string> | undefined
  #gone: Set<string> | undefined

  constructor(record: StoredLog) {
    this.record = record
    this.stream = streamOf(record.labels)
    this.line = record.message
  }
  get timeMs(): number {
    return this.record.timeMs
  }
  /** Empty where there is none. */
  get(name: string): string {
    return this.find(name) ?? ''
  }
  find(name: string): string | undefined {
    if (name === errorLabel) return this.error || undefined
    if (name === errorDetailsLabel) return this.errorDetails || undefined
    const parsed = this.#parsed?.get(name)
    if (parsed !== undefined) return parsed
    if (this.#gone?.has(name)) return undefined
    return this.metadata().get(name) ?? (Object.hasOwn(this.stream, name) ? this.stream[name] : undefined)
  }
  set(name: string, value: string): void {
    this.#parsed ??= new Map()
    this.#parsed.set(name, value)
  }
  /** A label found in the line: it never hides one of the stream. */
  extract(name: string, value: string): void {
    this.set(Object.hasOwn(this.stream, name) && !this.#gone?.has(name) ? `${name}_extracted` : name, value)
  }
  delete(name: string): void {
    if (name === errorLabel) this.error = ''
    else if (name === errorDetailsLabel) this.errorDetails = ''
    this.#parsed?.delete(name)
    this.#gone ??= new Set()
    this.#gone.add(name)
  }
  fail(error: string, details: string): void {
    this.error = error
    this.errorDetails = details
  }
  names(): Set<string> {
    const names = new Set([...Object.keys(this.stream), ...this.metadata().keys()])
    for (const name of this.#gone ?? []) names.delete(name)
    for (const name of this.#parsed?.keys() ?? []) names.add(name)
    if (this.error !== '') names.add(errorLabel).add(errorDetailsLabel)
    return names
  }
  /** All labels, by name. */
  labels(): Labels {
    return Object.fromEntries([...this.names()].sort().map((name) => [name, this.get(name)]))
  }
  /** The same, told apart by where they come from. */
  categories(): { stream: Labels; metadata: Labels; parsed: Labels } {
    const free = (name: string): boolean => !this.#parsed?.has(name) && !this.#gone?.has(name)
    const metadata = [...this.metadata()].filter(([name]) => free(name))
    const parsed = [...(this.#parsed ?? [])]
    if (this.error !== '') parsed.push([errorLabel, this.error], [errorDetailsLabel, this.errorDetails])
    return {
      stream: Object.fromEntries(
        Object.entries(this.stream).filter(([name]) => free(name) && !this.metadata().has(name)),
      ),
      metadata: Object.fromEntries(metadata),
      parsed: Object.fromEntries(parsed.filter(([, value]) => value !== '')),
    }
  }
  metadata(): Map<string, string> {
    this.#metadata ??= metadataOf(this.record)
    return this.#metadata
  }
  /** Labels set so far by stages, for parsers that keep within bounds. */
  get parsedCount(): number {
    return this.#parsed?.size ?? 0
  }
}
