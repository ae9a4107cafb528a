import type { Labels } from '@aiops/contract/model/label'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import { invalid } from '../label-set.ts'
import { namesLevel, severityOfLine, severityOfNumber, severityOfWord } from '../log-level.ts'
import { type Attribute, textOf } from '../otlp/attribute.ts'
import { attributesOf, cut, type RecordLimits } from '../otlp/record.ts'
import { idOf } from '../otlp/span.ts'
import type { Rejections } from '../rejection.ts'

type Severity = StoredLog['severity']

/** The labels that name a service, the first that a stream has: Loki's own list for its `service_name`. */
const serviceNames = [
  'service_name',
  'service',
  'app',
  'application',
  'name',
  'app_kubernetes_io_name',
  'container',
  'container_name',
  'component',
  'workload',
  'job',
]

const NO_METADATA: readonly Attribute[] = []
/** The last moment that has a date in ISO 8601 with four digits. */
const TIME_MAX = 253_402_300_799_999

/**
 * Lines of Loki streams as log records: a stream's labels stay as they are, `service.name` is added where only Loki's names tell it;
 * structured metadata becomes attributes, except trace and span id. A stream or line that cannot be taken is noted.
 */
export class LineSink {
  readonly records: StoredLog[] = []
  readonly #limits: RecordLimits
  readonly #rejections: Rejections
  #labels: Labels = {}
  #severity: Severity = 'UNSPECIFIED'

  constructor(limits: RecordLimits, rejections: Rejections) {
    this.#limits = limits
    this.#rejections = rejections
  }

  /** Opens a stream; `read` may throw INVALID_LABELS: false then, and its lines are to be given to `refuse`. */
  stream(read: () => Labels): Fault | undefined {
    try {
      const labels = read()
      const names = Object.keys(labels)
      if (names.length === 0) throw invalid('A stream has no labels: at least one is needed.')
      if (labels['service.name'] === undefined) {
        const naming = serviceNames.find((name) => labels[name] !== undefined)
        if (naming !== undefined) labels['service.name'] = labels[naming]!
      }
      const level = names.find(namesLevel)
      this.#labels = labels
      this.#severity = level === undefined ? 'UNSPECIFIED' : severityOfWord(labels[level]!)
      return undefined
    } catch (error) {
      if (!isFault(error)) throw error
      return error
    }
  }

  refuse(fault: Fault, lines: number): void {
    if (lines > 0) this.#rejections.add(fault, lines)
  }

  /** `timeMs` not in [0, 9999-12-31] is refused. */
  line(timeMs: number, line: string, metadata: readonly Attribute[] = NO_METADATA): void {
    if (this.records.length >= this.#limits.recordsMax) {
      throw new Fault(
        'BODY_TOO_LARGE',
        `One request may hold ${this.#limits.recordsMax} lines; this one holds more. Send smaller requests.`,
      )
    }
    if (!(timeMs >= 0 && timeMs <= TIME_MAX)) {
      this.#rejections.add(
        new Fault('INVALID_SAMPLE', 'A line has no valid timestamp: nanoseconds since 1970.'),
      )
      return
    }
    try {
      this.records.push(this.#record(timeMs, line, metadata))
    } catch (error) {
      if (!isFault(error)) throw error
      this.#rejections.add(error)
    }
  }

  #record(timeMs: number, line: string, metadata: readonly Attribute[]): StoredLog {
    let severity: Severity = 'UNSPECIFIED'
    let traceId = ''
    let spanId = ''
    let rest = metadata
    if (metadata.length > 0) {
      severity = severityOfMetadata(metadata)
      traceId = idIn(metadata, traceNames, 32)
      spanId = idIn(metadata, spanNames, 16)
      if (traceId !== '' || spanId !== '')
        rest = metadata.filter(
          ({ key }) => !(traceId !== '' && traceNames.has(key)) && !(spanId !== '' && spanNames.has(key)),
        )
    }
    if (severity === 'UNSPECIFIED') severity = this.#severity
    if (severity === 'UNSPECIFIED') severity = severityOfLine(line)
    const attributes: Labels = rest.length > 0 ? attributesOf([rest], this.#limits) : Object.create(null)
    return {
      timeMs,
      severity,
      message: cut(line, attributes, this.#limits),
      labels: this.#labels,
      attributes,
      traceId,
      spanId,
    }
  }
}

const traceNames: ReadonlySet<string> = new Set(['trace_id', 'traceID', 'traceId', 'traceid', 'trace.id'])
const spanNames: ReadonlySet<string> = new Set(['span_id', 'spanID', 'spanId', 'spanid', 'span.id'])

function idIn(metadata: readonly Attribute[], names: ReadonlySet<string>, digits: number): string {
  for (const { key, value } of metadata) if (names.has(key)) return idOf(textOf(value).toLowerCase(), digits)
  return ''
}

function severityOfMetadata(metadata: readonly Attribute[]): Severity {
  for (const { key, value } of metadata) {
    if (key !== 'severity_number') continue
    const severity = severityOfNumber(Number(textOf(value)))
    if (severity !== 'UNSPECIFIED') return severity
  }
  for (const { key, value } of metadata) {
    if (!namesLevel(key)) continue
    const severity = severityOfWord(textOf(value))
    if (severity !== 'UNSPECIFIED') return severity
  }
  return 'UNSPECIFIED'
}
