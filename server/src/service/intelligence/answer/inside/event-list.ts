import { type Answerer, type OutputOf, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { counted, momentText } from '../words.ts'
import { askUnseen, isUnseen, placeOf, sayMissing } from './place.ts'

type Event = OutputOf<'list_events'>['events'][number]

/** LIST_EVENTS: what Kubernetes says of a place or a thing, warnings first. */
export const listEvents: Answerer = {
  intent: 'LIST_EVENTS',
  plan(situation) {
    const { question } = situation
    const { cluster_ids, namespace, node, workload, pod } = placeOf(situation)
    const { startMs, endMs, text } = question.time
    return [
      planned('list_events', {
        ...{ cluster_ids, namespace, name: pod || workload || node, limit: 200 },
        reason: question.slots.eventReason ?? '',
        ...(asksWarnings(situation) ? { type: 'Warning' as const } : {}),
        ...(text === ''
          ? {}
          : { start: new Date(startMs).toISOString(), end: new Date(endMs).toISOString() }),
      }),
    ]
  },
  next: (situation, found) => askUnseen(found, 'list_events', placeOf(situation)),
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'list_events', 'events', place)) return writer.draft
    const { call, output, records } = found.of('list_events')!
    const { events, total, truncated } = output!
    const what = asksWarnings(situation) ? 'warning event' : 'event'
    const when = situation.question.time.text === '' ? ' in the last two hours' : ''
    const [first] = events
    if (!first) writer.headline(`No ${what}${place.text}${when}.`, call.id)
    else {
      writer.headline(
        `${counted(total, what)}${place.text}${when}${total === 1 ? '' : ', the first'}: ${eventText(first, situation)}.`,
        [call.id, records[0]],
      )
      const warnings = events.filter(({ type }) => type === 'Warning')
      for (const [i, event] of events.entries())
        if (i > 0 && i < Math.min(5, rowsOf(situation.persona.depth)) && event.type === 'Warning')
          writer.say(`${eventText(event, situation)}.`, records[i])
      if (warnings.length === 0) writer.say('None of them is a warning.', call.id)
    }
    tableOf(writer, situation, events, records, total)
    if (truncated) writer.caveat('Older events were left out.', call.id)
    sayMissing(writer, found, 'list_events')
    if (first) writer.suggest(`What is wrong with ${first.object.name}?`)
    if (place.namespace) writer.suggest(`Which pods in ${place.namespace} are not running?`)
    return writer.draft
  },
}

const asksWarnings = ({ question: { text, slots } }: Situation): boolean =>
  slots.onlyProblems === true || /\bwarn/i.test(text)

/** The words of an event are its writer's, so they are quoted. */
function eventText({ object, reason, count, last_at, message }: Event, { nowMs }: Situation): string {
  const last = last_at === null ? '' : `, last at ${momentText(last_at, nowMs)}`
  return `${reason} on ${object.kind} ${object.name}, ${counted(count, 'time')}${last}: "${message.slice(0, 240).replace(/\.$/, '')}"`
}

function tableOf(
  writer: DraftWriter,
  { persona, nowMs }: Situation,
  events: readonly Event[],
  records: readonly Parameters<DraftWriter['say']>[1][],
  total: number,
): void {
  const clusters = new Set(events.map(({ cluster_name }) => cluster_name))
  const rows = events.map((event, i) => ({
    cells: {
      last: event.last_at === null ? null : momentText(event.last_at, nowMs),
      ...{ type: event.type, reason: event.reason, object: `${event.object.kind}/${event.object.name}` },
      ...{ count: event.count, message: event.message.slice(0, 240), cluster: event.cluster_name },
    },
    cites: records[i] ?? [],
  }))
  const columns = [
    ...[
      { key: 'last', title: 'Last seen' },
      { key: 'type', title: 'Type' },
    ],
    ...[
      { key: 'reason', title: 'Reason' },
      { key: 'object', title: 'Object' },
    ],
    ...[
      { key: 'count', title: 'Count', numeric: true },
      { key: 'message', title: 'Message' },
    ],
    ...(clusters.size > 1 ? [{ key: 'cluster', title: 'Cluster' }] : []),
  ]
  writer.table('Events, repeated ones taken together', columns, rows, rowsOf(persona.depth), total)
}
