import { type Answerer, type Found, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { messageText, plainText, quotedLine } from '../log/message-text.ts'
import { callId } from '../subject.ts'
import { counted, durationText, listed, momentText } from '../words.ts'

/** SHOW_TRACE: one trace, where its time went and where its errors began. */
export const showTrace: Answerer = {
  intent: 'SHOW_TRACE',
  plan: (situation) => {
    const id = idOf(situation)
    return id === undefined
      ? [planned('search_traces', { limit: 5 })]
      : [planned('get_trace', { trace_id: id })]
  },
  compose(situation, found) {
    const id = idOf(situation)
    if (id === undefined) return whichOne(found).draft
    const output = found.output('get_trace')
    const cite = callId(found, 'get_trace')
    const writer = new DraftWriter()
    if (!output) {
      writer.outcome('UNANSWERABLE')
      return writer
        .headline(
          `There is no trace ${id} here: ${found.of('get_trace')?.call.sentence ?? 'it was not looked up.'}`,
          cite,
        )
        .suggest('Show me the slowest traces').draft
    }
    return composeTrace(situation, found).draft
  },
}

const idOf = ({ question: { slots, text } }: Situation): string | undefined =>
  slots.traceId?.toLowerCase() ?? text.match(/\b[0-9a-f]{32}\b|\b[0-9a-f]{16}\b/i)?.[0]?.toLowerCase()

function composeTrace({ nowMs, persona }: Situation, found: Found): DraftWriter {
  const output = found.output('get_trace')
  const writer = new DraftWriter()
  if (!output) return writer
  const { trace, services, spans, errors, problems } = output
  const whole = found.record('get_trace', 0)
  const record = (i: number) => found.record('get_trace', i + 1)
  writer.headline(
    `Trace ${trace.trace_id} took ${durationText(trace.duration_ms)}: ${plainText(trace.root_service)} ${quotedLine(trace.root_operation, 120)} at ${momentText(trace.start_time, nowMs)}, ${counted(trace.span_count, 'span')} in ${counted(trace.service_count, 'service')}${trace.has_errors ? ', with errors' : ', without errors'}.`,
    whole,
  )
  const timed = services.filter(({ critical_ms }) => critical_ms > 0).slice(0, 4)
  if (timed.length > 0)
    writer.say(
      `Its time went to ${listed(timed.map((one) => `${plainText(one.service_name)} (${durationText(one.critical_ms)})`))}.`,
      [whole, ...spans.slice(0, 4).map((_, i) => record(i))],
    )
  for (const error of errors.slice(0, 3)) {
    const message = error.status_message || error.exception_message || error.exception_type || ''
    writer.say(
      `An error began in ${quotedLine(error.operation_name, 120)} of ${plainText(error.service_name)}${message === '' ? '' : `: ${quotedLine(message, 200)}`}${error.propagated.length > 0 ? `, and reached ${counted(error.propagated.length, 'span')} above it` : ''}.`,
      whole,
    )
  }
  for (const { message } of problems.slice(0, 2)) writer.caveat(plainText(message, 200), whole)
  writer.table(
    'Spans by their own time',
    [
      { key: 'service', title: 'service' },
      { key: 'operation', title: 'operation' },
      { key: 'self', title: 'own time' },
      { key: 'duration', title: 'duration' },
    ],
    spans.map((span, i) => ({
      cells: {
        ...{ service: span.service_name, operation: messageText(span.operation_name, 120) },
        ...{ self: durationText(span.self_ms), duration: durationText(span.duration_ms) },
      },
      cites: record(i),
    })),
    rowsOf(persona.depth),
    trace.span_count,
  )
  const name = errors[0]?.service_name ?? timed[0]?.service_name
  return writer.suggest(...(name ? [`Show me the logs of ${name}`, `Is ${name} healthy?`] : []))
}

function whichOne(found: Found): DraftWriter {
  const writer = new DraftWriter()
  writer.headline('Which trace? Say its id.', callId(found, 'search_traces')).outcome('CLARIFY')
  for (const { trace_id, root_service, duration_ms } of found.output('search_traces')?.traces ?? [])
    writer.choice(`${plainText(root_service)}, ${durationText(duration_ms)}`, `Show me trace ${trace_id}`)
  return writer
}
