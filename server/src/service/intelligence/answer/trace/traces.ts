import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { type Answerer, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { messageText, plainText, quotedLine } from '../log/message-text.ts'
import { whenText } from '../metric/metric-reading.ts'
import { callId, subjectsOf } from '../subject.ts'
import { counted, durationText, listed, momentText, percentText } from '../words.ts'

/** Traces that are taken apart to say where time goes. */
const takenMax = 3
const hourMs = 3_600_000

/** TRACES: slow or failed ones, and where their time goes. */
export const traces: Answerer = {
  intent: 'TRACES',
  plan: (situation) => [searchOf(situation)],
  next(_situation, found, round) {
    if (round > 1) return []
    return (found.output('search_traces')?.traces ?? [])
      .slice(0, takenMax)
      .map(({ trace_id }, i): PlannedCall => planned('get_trace', { trace_id }, `t${i}`))
  },
  compose(situation, found) {
    const output = found.output('search_traces')
    const cite = callId(found, 'search_traces')
    const [first] = output?.traces ?? []
    const writer = new DraftWriter()
    const subject = serviceOf(situation)
    if (output === undefined) {
      writer.outcome('UNANSWERABLE')
      return writer.headline(
        `Traces could not be searched: ${found.of('search_traces')?.call.sentence ?? 'not asked.'}`,
        cite,
      ).draft
    }
    if (!first) {
      const kind = wantsErrors(situation) ? 'failed traces' : 'traces'
      writer.outcome('UNANSWERABLE')
      writer.headline(`There are no ${kind}${subject ? ` of ${subject}` : ''} ${timeText(situation)}.`, cite)
      return writer.suggest(...(subject ? [`Show me the logs of ${subject}`, `Is ${subject} healthy?`] : []))
        .draft
    }
    return composeTraces(situation, found, subject).draft
  },
}

const wantsErrors = ({ question: { text, slots } }: Situation): boolean =>
  slots.logLevel === 'ERROR' ||
  slots.metric?.aspect === 'ERRORS' ||
  /\b(fail\w*|error\w*|broken|5xx)\b/i.test(text)
const wantsSlow = ({ question: { text, slots } }: Situation): boolean =>
  slots.metric?.aspect === 'LATENCY' ||
  /\b(slow\w*|long\w*|latency|time (?:is )?(?:spent|go\w*)|where)\b/i.test(text)

const serviceOf = (situation: Situation): string | undefined => {
  const subject = subjectsOf(situation).find(({ kind }) => kind !== 'CLUSTER' && kind !== 'NAMESPACE')
  return subject?.name.split('/').at(-1)
}

const timeText = (situation: Situation): string => whenText(situation, 'in the last hour')

function searchOf(situation: Situation): PlannedCall {
  const { question, persona } = situation
  const { time, slots } = question
  const service = serviceOf(situation)
  const level = slots.threshold
  const leastMs = level === undefined ? undefined : level.value * ({ s: 1_000, min: 60_000 }[level.unit] ?? 1)
  const startMs =
    time.text === '' ? time.endMs - hourMs : time.isMoment ? time.endMs - hourMs / 6 : time.startMs
  return planned('search_traces', {
    ...(service ? { service_name: service } : {}),
    ...(wantsErrors(situation) ? { errors_only: true } : {}),
    ...(leastMs === undefined ? {} : { min_duration_ms: leastMs }),
    order: wantsSlow(situation) ? 'SLOWEST' : 'NEWEST',
    start_time: new Date(startMs).toISOString(),
    end_time: new Date(time.endMs).toISOString(),
    limit: Math.min(100, slots.limit ?? rowsOf(persona.depth)),
  })
}

function composeTraces(situation: Situation, found: Found, subject: string | undefined): DraftWriter {
  const output = found.output('search_traces')
  const writer = new DraftWriter()
  const rows = (output?.traces ?? []).map((trace, i) => ({ trace, record: found.record('search_traces', i) }))
  const [first] = rows
  if (!output || !first) return writer
  const { nowMs, persona } = situation
  const kind = wantsErrors(situation) ? 'failed trace' : 'trace'
  const order = wantsSlow(situation) ? 'slowest' : 'newest'
  const total = output.complete ? counted(output.total, kind) : `At least ${counted(output.total, kind)}`
  const through = subject ? ` through ${subject}` : ''
  writer.headline(
    `${total}${through} ${timeText(situation)}; the ${order} took ${durationText(first.trace.duration_ms)}, ${plainText(first.trace.root_service)} ${quotedLine(first.trace.root_operation, 120)} at ${momentText(first.trace.start_time, nowMs)}.`,
    [first.record, callId(found, 'search_traces')],
  )
  sayTime(writer, found)
  sayErrors(writer, found)
  writer.table(
    `${order === 'slowest' ? 'Slowest' : 'Newest'} ${kind}s`,
    [
      { key: 'start', title: 'start' },
      { key: 'duration', title: 'duration' },
      { key: 'root', title: 'began at' },
      { key: 'errors', title: 'failed' },
      { key: 'trace', title: 'trace' },
    ],
    rows.map(({ trace, record }) => ({
      cells: {
        ...{ start: trace.start_time.slice(11, 19), duration: durationText(trace.duration_ms) },
        root: `${trace.root_service} ${messageText(trace.root_operation, 120)}`,
        ...{ errors: trace.has_errors, trace: trace.trace_id },
      },
      cites: record,
    })),
    rowsOf(persona.depth),
    output.total,
  )
  const worst = mainService(found)
  return writer.suggest(
    `Show me trace ${first.trace.trace_id}`,
    ...(worst ? [`Why is ${worst} failing?`, `Show me the error logs of ${worst}`] : []),
  )
}

const taken = Array.from({ length: takenMax }, (_, i) => `t${i}`)

/** Of the traces that were taken apart, where the time went: by span, and what it belongs to. */
function sayTime(writer: DraftWriter, found: Found): void {
  const bySpan = new Map<
    string,
    { service: string; operation: string; ms: number; records: (EvidenceRecord | undefined)[] }
  >()
  let whole = 0
  let count = 0
  for (const as of taken) {
    const output = found.output('get_trace', as)
    if (!output || output.spans.length === 0) continue
    count += 1
    whole += output.trace.duration_ms
    output.spans.forEach((span, i) => {
      const key = `${span.service_name}\0${span.operation_name}`
      const known = bySpan.get(key) ?? {
        service: span.service_name,
        operation: span.operation_name,
        ms: 0,
        records: [],
      }
      known.ms += span.critical_ms
      known.records.push(found.record('get_trace', i + 1, as))
      bySpan.set(key, known)
    })
  }
  const most = [...bySpan.values()].sort((a, b) => b.ms - a.ms).filter(({ ms }) => ms > 0)
  const [first, ...rest] = most
  if (!first || whole <= 0) return
  const others = rest.filter(({ ms }) => ms / whole >= 0.05).slice(0, 2)
  writer.say(
    `In ${count === 1 ? 'it' : `the ${count} that were taken apart`}, ${percentText(first.ms / whole)} of the time went to ${quotedLine(first.operation, 120)} in ${plainText(first.service)}${others.length > 0 ? `, then ${listed(others.map((one) => `${quotedLine(one.operation, 120)} in ${plainText(one.service)} (${percentText(one.ms / whole)})`))}` : ''}.`,
    [...first.records, ...others.flatMap(({ records }) => records)].slice(0, 3 * takenMax),
  )
}

function sayErrors(writer: DraftWriter, found: Found): void {
  const seen = new Map<string, { text: string; count: number; records: (EvidenceRecord | undefined)[] }>()
  for (const as of taken)
    for (const error of found.output('get_trace', as)?.errors ?? []) {
      const message = error.status_message || error.exception_message || error.exception_type || ''
      const text = `${quotedLine(error.operation_name, 120)} in ${plainText(error.service_name)}${message === '' ? '' : `: ${quotedLine(message, 200)}`}`
      const known = seen.get(text) ?? { text, count: 0, records: [] }
      known.count += 1
      known.records.push(found.record('get_trace', 0, as))
      seen.set(text, known)
    }
  for (const { text, records } of [...seen.values()].sort((a, b) => b.count - a.count).slice(0, 2))
    writer.say(`The error began in ${text}.`, records)
}

function mainService(found: Found): string | undefined {
  for (const as of taken) {
    const output = found.output('get_trace', as)
    const service = output?.errors[0]?.service_name ?? output?.services[0]?.service_name
    if (service) return service
  }
  return undefined
}
