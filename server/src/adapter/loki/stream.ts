import type { Labels } from '@aiops/contract/model/label'
import { LogRecord } from '@aiops/contract/model/log'
import { z } from 'zod'
import type { NumberedLog } from '../../port/remote-log-store.ts'

// A record in Loki: its labels are the stream's, under names that Loki allows; the rest is structured metadata, the attributes and,
// where a label's name had to change, the labels as JSON.

export const tenantLabel = 'aiops_tenant'
const idKey = 'aiops_id'
const labelsKey = 'aiops_labels'
const attributesKey = 'attributes'

export const lokiName = (name: string): string =>
  name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d|$)/, '_')

type Stream = { stream: Labels; values: [string, string, Labels][] }

/** The streams of a push, records of one tenant. */
export function streamsOf(records: readonly NumberedLog[]): Stream[] {
  const streams = new Map<string, Stream>()
  for (const item of records) {
    const { record } = item
    const pairs = Object.entries(record.labels).map(([name, value]) => [lokiName(name), value] as const)
    const stream = Object.fromEntries(
      [...pairs, [tenantLabel, item.tenant]].sort(([a], [b]) => (a! < b! ? -1 : 1)),
    )
    const key = JSON.stringify(stream)
    const found: Stream = streams.get(key) ?? { stream, values: [] }
    if (found.values.length === 0) streams.set(key, found)
    found.values.push([nanosecondsOf(record.timeMs), record.message, metadataOf(item)])
  }
  return [...streams.values()]
}

const Value = z.tuple([z.string().regex(/^\d{1,19}$/), z.string()]).rest(z.unknown())
const Streams = z.object({
  data: z.object({
    result: z.array(z.object({ stream: z.record(z.string(), z.string()), values: z.array(Value) })),
  }),
})

/** The records of an answer, those of others left out. Metadata stands among the stream's labels there, or beside a line. */
export function recordsOf(answer: unknown): { nanoseconds: bigint; item: NumberedLog | undefined }[] {
  return Streams.parse(answer).data.result.flatMap(({ stream, values }) =>
    values.map(([nanoseconds, message, more]) => ({
      nanoseconds: BigInt(nanoseconds),
      item: recordOf(BigInt(nanoseconds), message, { ...stream, ...metadataIn(more) }),
    })),
  )
}

const Series = z.object({ data: z.array(z.record(z.string(), z.string())) })

/** The label sets of an answer, ours taken off. */
export const labelSetsOf = (answer: unknown): Labels[] =>
  Series.parse(answer).data.map((labels) =>
    Object.fromEntries(Object.entries(labels).filter(([name]) => name !== tenantLabel)),
  )

export const nanosecondsOf = (timeMs: number): string => `${BigInt(Math.round(timeMs * 1_000))}000`

function metadataOf({ id, record }: NumberedLog): Labels {
  const renamed = Object.keys(record.labels).some((name) => lokiName(name) !== name || ownKeys.has(name))
  return Object.fromEntries([
    [idKey, id],
    ['severity', record.severity],
    ...(record.traceId === '' ? [] : [['trace_id', record.traceId]]),
    ...(record.spanId === '' ? [] : [['span_id', record.spanId]]),
    ...(renamed ? [[labelsKey, JSON.stringify(Object.entries(record.labels))]] : []),
    ...(Object.keys(record.attributes).length === 0
      ? []
      : [[attributesKey, JSON.stringify(Object.entries(record.attributes))]]),
  ])
}

const ownKeys = new Set([tenantLabel, idKey, labelsKey, attributesKey, 'severity', 'trace_id', 'span_id'])
/** What Loki adds of its own (https://grafana.com/docs/loki/latest/get-started/labels/). */
const added = new Set(['detected_level', 'service_name'])

function recordOf(nanoseconds: bigint, message: string, said: Labels): NumberedLog | undefined {
  const of = (name: string): string => (Object.hasOwn(said, name) ? (said[name] ?? '') : '')
  const severity = LogRecord.shape.severity.safeParse(of('severity'))
  if (of(tenantLabel) === '' || of(idKey) === '' || !severity.success) return undefined
  const plain = Object.entries(said).filter(([name]) => !ownKeys.has(name) && !added.has(name))
  return {
    id: of(idKey),
    tenant: of(tenantLabel),
    record: {
      timeMs: Number(nanoseconds / 1_000n) / 1_000,
      severity: severity.data,
      message,
      labels: pairsIn(of(labelsKey)) ?? Object.fromEntries(plain),
      attributes: pairsIn(of(attributesKey)) ?? {},
      traceId: of('trace_id'),
      spanId: of('span_id'),
    },
  }
}

const Pairs = z.array(z.tuple([z.string(), z.string()]))
function pairsIn(text: string): Labels | undefined {
  if (text === '') return undefined
  try {
    return Object.fromEntries(Pairs.parse(JSON.parse(text)))
  } catch {
    return undefined
  }
}

const Categorized = z.object({ structuredMetadata: z.record(z.string(), z.string()).default({}) })
const metadataIn = (more: unknown): Labels => Categorized.safeParse(more).data?.structuredMetadata ?? {}
