import type { StoredLog } from '../../../port/log-store.ts'
import { jsonText } from '../json-text.ts'
import { severityOfLine, severityOfWord } from '../log-level.ts'
import type { Attribute } from '../otlp/attribute.ts'
import { attributesOf, cut, type RecordLimits, resourceOf } from '../otlp/record.ts'
import { idOf } from '../otlp/span.ts'
import { parseMoment } from '../plain/moment.ts'

/** Objects within objects beyond this stay JSON. */
const DEPTH_MAX = 8
const TIMES = ['@timestamp', 'timestamp', 'time', 'date']
const MESSAGES = ['message', 'log', 'msg', 'body']
const LEVELS = ['log.level', 'level', 'severity']
const TRACES = ['trace.id', 'trace_id']
const SPANS = ['span.id', 'span_id']

/** Names of the Elastic Common Schema and of Fluent Bit's filter in OpenTelemetry's words, where these are others. */
const renamed: Readonly<Record<string, string>> = {
  'host.hostname': 'host.name',
  'kubernetes.namespace': 'k8s.namespace.name',
  'kubernetes.namespace_name': 'k8s.namespace.name',
  'kubernetes.pod.name': 'k8s.pod.name',
  'kubernetes.pod_name': 'k8s.pod.name',
  'kubernetes.container.name': 'k8s.container.name',
  'kubernetes.container_name': 'k8s.container.name',
  'kubernetes.node.name': 'k8s.node.name',
  'kubernetes.host': 'k8s.node.name',
  'service.environment': 'deployment.environment.name',
}

/**
 * A document as a log record (https://www.elastic.co/guide/en/ecs/current/): objects are written out as dotted names, those that
 * name a resource become labels, the others attributes. Without a time it is that of its receipt, without a message the document.
 * Throws INVALID_LABELS for a name that is not taken.
 */
export function recordOf(document: object, receivedMs: number, limits: RecordLimits): StoredLog {
  const fields = new Map<string, string>()
  flatten(document, '', 0, fields)
  const time = take(fields, TIMES, (value) => !Number.isNaN(parseMoment(value)))
  const message = take(fields, MESSAGES) ?? jsonText(document)
  const level = take(fields, LEVELS, (value) => severityOfWord(value) !== 'UNSPECIFIED')
  const trace = take(fields, TRACES, (value) => idOf(value.toLowerCase(), 32) !== '') ?? ''
  const span = take(fields, SPANS, (value) => idOf(value.toLowerCase(), 16) !== '') ?? ''
  const pairs: Attribute[] = [...fields].map(([key, value]) => ({ key, value }))
  const { labels, rest } = resourceOf(pairs, limits)
  const attributes = attributesOf([rest], limits)
  return {
    timeMs: time === undefined ? receivedMs : parseMoment(time),
    severity: level === undefined ? severityOfLine(message) : severityOfWord(level),
    message: cut(message, attributes, limits),
    labels,
    attributes,
    traceId: trace.toLowerCase(),
    spanId: span.toLowerCase(),
  }
}

function flatten(object: object, prefix: string, depth: number, into: Map<string, string>): void {
  for (const [name, value] of Object.entries(object)) {
    if (value === null) continue
    const path = prefix + name
    if (typeof value === 'object' && !Array.isArray(value) && depth < DEPTH_MAX) {
      flatten(value, `${path}.`, depth + 1, into)
      continue
    }
    const key = Object.hasOwn(renamed, path) ? renamed[path]! : path
    if (!into.has(key)) into.set(key, jsonText(value))
  }
}

/** The first of these fields that fits, taken out; one that does not fit stays what it is. */
function take(
  fields: Map<string, string>,
  names: readonly string[],
  fits: (value: string) => boolean = () => true,
): string | undefined {
  for (const name of names) {
    const value = fields.get(name)
    if (value === undefined || !fits(value)) continue
    fields.delete(name)
    return value
  }
  return undefined
}
