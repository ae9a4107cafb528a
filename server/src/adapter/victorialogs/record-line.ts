import type { Labels } from '@aiops/contract/model/label'
import { LogRecord } from '@aiops/contract/model/log'
import type { StoredLog } from '../../port/log-store.ts'
import type { NumberedLog } from '../../port/remote-log-store.ts'

// A record as fields of the server's flat data model. Labels are fields of their own name and make the stream; attributes begin with
// `attr.`. A label whose name means something else there begins with `label.`.

export const tenantField = 'aiops_tenant'
export const idField = 'aiops_id'
export const traceField = 'trace_id'
const spanField = 'span_id'
const severityField = 'severity'
/** The server puts a text of its own where there is no message. */
const emptyField = 'aiops_empty'
const attributePrefix = 'attr.'
const labelPrefix = 'label.'
const own = new Set([tenantField, idField, traceField, spanField, severityField, emptyField])

export const labelField = (name: string): string =>
  own.has(name) || /^(_|attr\.|label\.)/.test(name) ? `${labelPrefix}${name}` : name

/** The label a field holds; undefined for one that holds none. */
export const labelName = (field: string): string | undefined =>
  own.has(field) || /^(_|attr\.)/.test(field) ? undefined : field.replace(/^label\./, '')
export const labelsIn = (fields: Record<string, unknown>): Labels => labelsOf(fields, labelName)

/** One JSON line. An empty value is no field there, as in the rest of the platform's labels; of attributes it is lost. */
export function lineOf({ id, tenant, record }: NumberedLog): string {
  return JSON.stringify(
    Object.fromEntries([
      // Nanoseconds; a number of JavaScript has no room for them.
      ['_time', `${BigInt(Math.round(record.timeMs * 1_000))}000`],
      ['_msg', record.message || '-'],
      [tenantField, tenant],
      [idField, id],
      [severityField, record.severity],
      ...(record.message === '' ? [[emptyField, '1']] : []),
      ...(record.traceId === '' ? [] : [[traceField, record.traceId]]),
      ...(record.spanId === '' ? [] : [[spanField, record.spanId]]),
      ...Object.entries(record.labels).map(([name, value]) => [labelField(name), value]),
      ...Object.entries(record.attributes).map(([name, value]) => [`${attributePrefix}${name}`, value]),
    ]),
  )
}

/** Undefined for a record that this platform did not write. */
export function recordOf(line: string): NumberedLog | undefined {
  const fields = JSON.parse(line) as Record<string, unknown>
  const said = (name: string): string => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    return typeof value === 'string' ? value : ''
  }
  const severity = LogRecord.shape.severity.safeParse(said(severityField))
  const timeMs = timeOf(said('_time'))
  if (said(tenantField) === '' || said(idField) === '' || !severity.success || timeMs === undefined)
    return undefined
  const record: StoredLog = {
    timeMs,
    severity: severity.data,
    message: said(emptyField) === '' ? said('_msg') : '',
    labels: labelsIn(fields),
    attributes: labelsOf(fields, (name) =>
      name.startsWith(attributePrefix) ? name.slice(attributePrefix.length) : undefined,
    ),
    traceId: said(traceField),
    spanId: said(spanField),
  }
  return { id: said(idField), tenant: said(tenantField), record }
}

function labelsOf(fields: Record<string, unknown>, nameOf: (field: string) => string | undefined): Labels {
  const pairs = Object.entries(fields).flatMap(([field, value]): [string, string][] => {
    const name = nameOf(field)
    return name === undefined || typeof value !== 'string' || value === '' ? [] : [[name, value]]
  })
  return Object.fromEntries(pairs)
}

/** RFC 3339 with up to nine digits behind the point, of which Date knows three. */
function timeOf(text: string): number | undefined {
  const found = /^(.*T\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.exec(text)
  const seconds = found ? Date.parse(`${found[1]}${found[3]}`) : Number.NaN
  if (Number.isNaN(seconds)) return undefined
  return seconds + Math.round(Number(found?.[2] ?? 0) * 1e6) / 1_000
}
