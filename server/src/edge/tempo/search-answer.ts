import type { TraceMetricAnswer, TraceSearchAnswer } from '../../service/telemetry/index.ts'
import { nanosOf, startOf } from './resource-spans.ts'

type Found = TraceSearchAnswer['traces'][number]
type FoundSet = Found['sets'][number]

/** Tempo's SearchResponse in JSON. A trace whose root has not come is named as Tempo names it. */
export function searchAnswer({ traces, inspectedTraces, complete }: TraceSearchAnswer): unknown {
  return {
    traces: traces.map(traceOf),
    metrics: {
      ...{ inspectedTraces, inspectedBytes: '0', completedJobs: 1, totalJobs: complete ? 1 : 2 },
    },
  }
}

const rootMissing = '<root span not yet received>'

function traceOf({ traceId, root, startMs, durationMs, services, sets }: Found): unknown {
  const spanSets = sets.map(setOf)
  return {
    // Without the zeros in front, as Tempo writes ids in searches.
    traceID: traceId.replace(/^0+(?=.)/, ''),
    rootServiceName: root?.service ?? rootMissing,
    ...(root ? { rootTraceName: root.name } : {}),
    startTimeUnixNano: String(nanosOf(startMs)),
    durationMs: Math.floor(durationMs),
    ...(spanSets[0] ? { spanSet: spanSets[0], spanSets } : {}),
    serviceStats: Object.fromEntries(
      services.map(({ service, spans, errors }) => [
        service,
        { spanCount: spans, ...(errors > 0 ? { errorCount: errors } : {}) },
      ]),
    ),
  }
}

function setOf({ spans, matched, attributes }: FoundSet): unknown {
  return {
    spans: spans.map(({ span, fields }) => ({
      spanID: span.spanId,
      name: span.name,
      startTimeUnixNano: String(startOf(span)),
      durationNanos: String(nanosOf(span.durationMs)),
      ...(fields.length > 0 ? { attributes: fields.map(({ name, value }) => keyValue(name, value)) } : {}),
    })),
    matched,
    ...(attributes.length > 0
      ? { attributes: attributes.map(({ name, value }) => keyValue(name, value)) }
      : {}),
  }
}

function keyValue(key: string, value: string | number | boolean | null): unknown {
  if (typeof value === 'boolean') return { key, value: { boolValue: value } }
  if (typeof value !== 'number') return { key, value: { stringValue: String(value ?? 'nil') } }
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }
}

const labelsOf = (labels: TraceMetricAnswer['series'][number]['labels']) => ({
  labels: labels.map(({ name, value }) => ({
    ...{ key: name, value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value } },
  })),
  promLabels: `{${labels.map(({ name, value }) => `${promName(name)}=${JSON.stringify(String(value))}`).join(', ')}}`,
})
const promName = (name: string): string => (/^[a-zA-Z_][\w]*$/.test(name) ? name : JSON.stringify(name))

/** Tempo's QueryRangeResponse in JSON. */
export const rangeAnswer = ({ series, timesMs, inspectedSpans }: TraceMetricAnswer): unknown => ({
  series: series.map(({ labels, values }) => ({
    ...labelsOf(labels),
    samples: values.flatMap((value, i) =>
      value === null ? [] : [{ timestampMs: String(timesMs[i]), value }],
    ),
  })),
  metrics: { inspectedSpans: String(inspectedSpans), completedJobs: 1, totalJobs: 1 },
})

/** Tempo's QueryInstantResponse in JSON. */
export const instantAnswer = ({ series, inspectedSpans }: TraceMetricAnswer): unknown => ({
  series: series.flatMap(({ labels, values }) => {
    const value = values.at(-1) ?? null
    return value === null ? [] : [{ ...labelsOf(labels), value }]
  }),
  metrics: { inspectedSpans: String(inspectedSpans), completedJobs: 1, totalJobs: 1 },
})
