import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { bytesText } from '../../../answer/words.ts'
import { abstracted, nameShown } from '../prompt/abstract.ts'
import { neutral } from '../prompt/neutral.ts'
import { workloadOf } from './pod-name.ts'
import { isStamp, relativeTime } from './relative-time.ts'

/** One line of a table: a record, or several that differ in nothing but the random ends of their names. */
export type Row = { header: string; text: string; ids: readonly string[]; records: readonly EvidenceRecord[] }

/** Ids that are shown of records that share a row. */
const idsMax = 4
const columnsMax = 10
const cellMax = 120
/** What a page needs and a reader of the prompt does not. */
const silent = /^(?:uid|link|query|fingerprint|tenant|trace_id|span_id|revision|labels?_hash|.*_link)$/

/** Records as tables, one for each kind and set of fields: values without their names cost half of what JSON costs. */
export function rowsOf(records: readonly EvidenceRecord[], nowMs: number): Row[] {
  const rows = new Map<string, { header: string; text: string; records: EvidenceRecord[] }>()
  for (const record of records) {
    const keys = Object.keys(record.fields)
      .filter((key) => !silent.test(key) && record.fields[key] !== null && record.fields[key] !== '')
      .slice(0, columnsMax)
    const header = `${record.type} | id | thing | when${keys.map((key) => ` | ${nameShown(key)}`).join('')} | said`
    const cells = [
      record.entity ? nameShown(shortName(record.entity)) : '',
      record.time ? relativeTime(Date.parse(record.time), nowMs) : '',
      ...keys.map((key) => cellOf(record, key, nowMs)),
      said(record),
    ]
    const text = cells.join('|')
    const key = `${header}\n${text}`
    const row = rows.get(key)
    if (row) row.records.push(record)
    else rows.set(key, { header, text, records: [record] })
  }
  return [...rows.values()].map(({ header, text, records: of }) => {
    const ids = of.slice(0, idsMax).map(({ id }) => id)
    const more = of.length > 1 ? ` (${of.length})` : ''
    return { header, text: `${ids.join(',')}${more}|${text}`, ids, records: of }
  })
}

const shortName = (entity: string): string => {
  const [kind, ...rest] = entity.split('/')
  return rest.length === 0 ? workloadOf(kind ?? '') : `${kind}/${workloadOf(rest.join('/'))}`
}

function cellOf(record: EvidenceRecord, key: string, nowMs: number): string {
  const value = record.fields[key]
  // As people say it, so that a model need not compute.
  if (typeof value === 'number' && /_bytes(?:_|$)/.test(key)) return bytesText(value)
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
  if (typeof value !== 'string') return String(value)
  if (isStamp(value)) return relativeTime(Date.parse(value), nowMs)
  if (record.trust === 'TELEMETRY') return nameShown(workloadOf(value))
  return cut(neutral(workloadOf(value)))
}

/** A stranger's sentence is abstracted; ours and an operator's is shown as it is. */
const said = ({ trust, sentence }: EvidenceRecord): string =>
  trust === 'TELEMETRY' ? cut(abstracted(sentence)) : cut(neutral(sentence))

/** Whole words of a sentence: the record stays whole, its text has a bound. */
const cut = (text: string): string =>
  text.length <= cellMax * 2 ? text : `${text.slice(0, cellMax * 2).replace(/\s+\S*$/, '')} …`
