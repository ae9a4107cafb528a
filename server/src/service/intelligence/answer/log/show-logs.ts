import type { EntityRef } from '@aiops/contract/model/answer'
import { writerOf } from '../../tool/log/query-logs.ts'
import { type Answerer, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { whenText } from '../metric/metric-reading.ts'
import { metricEntity } from '../metric-family.ts'
import { callId, subjectsOf } from '../subject.ts'
import { counted, durationText, listed, momentText } from '../words.ts'
import { messageText, plainText, quotedLine } from './message-text.ts'

const hourMs = 3_600_000
/** Lines that are read: more than are shown, so that errors among them are seen. */
const linesMax = 100

/** SHOW_LOGS: lines of a thing, or with a text, newest first. */
export const showLogs: Answerer = {
  intent: 'SHOW_LOGS',
  plan(situation) {
    if (isUnnamed(situation)) return [planned('query_logs', { limit: linesMax })]
    const { slots, text } = situation.question
    const wanted = wantedOf(situation)
    const first = slots.logText
      ? [planned('query_logs', { ...wanted, ...since(situation), direction: 'FORWARD', limit: 1 }, 'first')]
      : []
    // What somebody complains about is best told by kind of line.
    const kinds =
      levelOf(situation) !== undefined || asksKinds.test(text) ? [planned('get_log_patterns', wanted)] : []
    return [planned('query_logs', { ...wanted, limit: linesMax }), ...first, ...kinds]
  },
  next(situation, found, round) {
    const [subject] = subjectsOf(situation)
    if (round > 1 || subject?.kind !== 'POD' || found.output('query_logs')?.query !== null) return []
    return podCalls(subject)
  },
  compose(situation, found) {
    if (isUnnamed(situation)) return whichOne(found).draft
    const output = found.output('query_logs')
    const writer = new DraftWriter()
    if (output === undefined) {
      writer.outcome('UNANSWERABLE')
      return writer.headline(
        `Logs could not be read: ${found.of('query_logs')?.call.sentence ?? 'not asked.'}`,
        callId(found, 'query_logs'),
      ).draft
    }
    if (found.output('get_pod_logs')) return podLines(situation, found).draft
    if (output.query === null || output.lines.length === 0) return noLines(situation, found).draft
    return composeLines(situation, found).draft
  },
}

const asksKinds = /\b(complain\w*|wrong|say\w*|summar\w*|about)\b/i

/** "The pod", and nobody said which. */
const isUnnamed = (situation: Situation): boolean =>
  subjectsOf(situation).length === 0 &&
  situation.question.slots.logText === undefined &&
  /\b(?:the|this|that|its|a) (?:pod|service|container|node|host|app)\b/i.test(situation.question.text)

/** Things that write, one of which the question names; the rest of it is where they are. */
export const writing = (situation: Situation): EntityRef | undefined =>
  subjectsOf(situation).find(({ kind }) => kind !== 'CLUSTER')

/** What the lines are chosen by, and the time: as tools of logs take it. */
export function wantedOf(situation: Situation) {
  const { slots, time } = situation.question
  const subject = writing(situation)
  const clusters = subjectsOf(situation).filter(({ kind }) => kind === 'CLUSTER')
  const level = levelOf(situation) ?? (subject || slots.logText ? undefined : ('ERROR' as const))
  const startMs = time.isMoment ? time.endMs - hourMs / 6 : time.startMs
  return {
    ...(subject ? { entity: metricEntity(subject) } : {}),
    ...(slots.logText ? { contains: slots.logText } : {}),
    ...(level ? { level } : {}),
    ...(clusters.length > 0 ? { cluster_ids: clusters.map(({ id }) => id) } : {}),
    start_time: new Date(
      Math.min(time.text === '' ? time.endMs - hourMs : startMs, time.endMs - 1_000),
    ).toISOString(),
    end_time: new Date(time.endMs).toISOString(),
  }
}

/** As the question was read, or says beside the texts that it looks for. */
const levelOf = ({ question: { slots, text } }: Situation): 'ERROR' | 'WARNING' | undefined => {
  const words = text.replace(/"[^"]*"/g, '')
  if (slots.logLevel !== undefined) return slots.logLevel
  if (/\b(?:warnings?|warn)\b/i.test(words)) return 'WARNING'
  return /\b(?:errors?|exceptions?|fatals?)\b/i.test(words) ? 'ERROR' : undefined
}

/** "First" is first of all that is kept, unless a time was said. */
const since = ({ question: { time } }: Situation) =>
  time.text === '' ? { start_time: new Date(time.endMs - 2 * hourMs).toISOString() } : {}

const podCalls = (subject: EntityRef): PlannedCall[] => [
  planned('get_pod_logs', {
    pod: subject.name.split('/').at(-1) ?? subject.name,
    ...(subject.namespace ? { namespace: subject.namespace } : {}),
  }),
]

function composeLines(situation: Situation, found: Found): DraftWriter {
  const { nowMs, question, persona } = situation
  const { slots } = question
  const output = found.output('query_logs')
  const lines = (output?.lines ?? []).map((line, i) => ({ line, record: found.record('query_logs', i) }))
  const writer = new DraftWriter()
  const [newest] = lines
  if (!output || !newest) return writer
  const subject = writing(situation)
  const total = output.total ?? lines.length
  const level = levelOf(situation)
  const kind =
    level === 'ERROR' || (!subject && !slots.logText)
      ? 'error line'
      : level === 'WARNING'
        ? 'line of level warning or above'
        : 'line'
  const holding = slots.logText ? ` with "${slots.logText}"` : ''
  const writers = [...new Set(lines.map(({ line }) => writerOf(line.labels) ?? line.cluster_name))]
  const of = subject ? ` of ${subject.name}` : ` of ${listed(writers.map((one) => plainText(one)))}`
  const span = durationText(Date.parse(output.end) - Date.parse(output.start))
  const more = output.total === null && output.truncated ? 'More than ' : ''
  writer.headline(
    `${more}${counted(total, kind, kind.replace('line', 'lines'))}${of}${holding} ${whenText(situation, span === '1 h' ? 'in the last hour' : `in the last ${span}`)}; the newest at ${momentText(newest.line.timestamp, nowMs)}: ${quotedLine(newest.line.message, 300)}`,
    [newest.record, callId(found, 'query_logs')],
  )
  sayFirst(writer, situation, found)
  const levels = Object.entries(output.by_level).filter(([, count]) => count > 0)
  if (levels.length > 1)
    writer.say(
      `By level: ${listed(levels.sort((a, b) => b[1] - a[1]).map(([level, count]) => `${plainText(level)} ${count}`))}.`,
      callId(found, 'query_logs'),
    )
  sayKinds(writer, found)
  const failed = lines.find(({ line }) => /^(error|fatal|critical)$/.test(line.level))
  if (
    failed &&
    failed !== newest &&
    messageText(failed.line.message, 300) !== messageText(newest.line.message, 300)
  )
    writer.say(
      `The newest error, at ${momentText(failed.line.timestamp, nowMs)}: ${quotedLine(failed.line.message, 300)}`,
      failed.record,
    )
  writer.table(
    'Newest lines',
    [
      { key: 'time', title: 'time' },
      { key: 'level', title: 'level' },
      { key: 'writer', title: 'written by' },
      { key: 'message', title: 'line' },
    ],
    lines.map(({ line, record }) => ({
      cells: {
        ...{ time: line.timestamp.slice(11, 19), level: line.level || null, writer: writerOf(line.labels) },
        message: messageText(line.message, 500),
      },
      cites: record,
    })),
    rowsOf(persona.depth),
    total,
  )
  const name = subject?.name ?? writers[0]
  return writer.suggest(
    ...(name ? [`What are the most frequent log patterns of ${name}?`, `Why is ${name} failing?`] : []),
  )
}

function sayFirst(writer: DraftWriter, { nowMs, question }: Situation, found: Found): void {
  const [first] = found.output('query_logs', 'first')?.lines ?? []
  if (!first) return
  const whole = question.time.text === '' ? 'the last two hours' : question.time.text
  writer.say(
    `It first appeared at ${momentText(first.timestamp, nowMs)}${writerOf(first.labels) ? `, in ${plainText(writerOf(first.labels) ?? '')}` : ''}, as far as ${whole} show.`,
    found.record('query_logs', 0, 'first'),
  )
}

function sayKinds(writer: DraftWriter, found: Found): void {
  const patterns = found.output('get_log_patterns')?.patterns ?? []
  patterns.slice(0, 2).forEach((pattern, i) => {
    writer.say(
      `${counted(pattern.count, 'line reads', 'lines read')} ${quotedLine(pattern.template, 300)}.`,
      found.record('get_log_patterns', i),
    )
  })
}

export function noLines(
  situation: Situation,
  found: Found,
  tool: 'query_logs' | 'get_log_patterns' = 'query_logs',
): DraftWriter {
  const output = found.output(tool)
  const { slots } = situation.question
  const level = levelOf(situation)
  const subject = writing(situation)
  const writer = new DraftWriter()
  const cite = callId(found, tool)
  const when = whenText(situation, 'in the last hour')
  if (output?.query === null) {
    writer.outcome('UNANSWERABLE')
    return writer
      .headline(`No log stream is of ${subject?.name ?? 'anything'}: its logs are not collected here.`, cite)
      .suggest('Show me all error logs')
  }
  const kind = level === 'ERROR' ? 'error lines' : level === 'WARNING' ? 'warnings' : 'lines'
  return writer
    .headline(
      `No ${kind}${slots.logText ? ` with "${slots.logText}"` : ''}${subject ? ` of ${subject.name}` : ''} ${when}.`,
      cite,
    )
    .suggest(...(subject ? [`Show me the logs of ${subject.name}`] : []), 'Show me all error logs')
}

/** From the cluster itself, where no store has them. */
function podLines(situation: Situation, found: Found): DraftWriter {
  const output = found.output('get_pod_logs')
  const writer = new DraftWriter()
  const lines = [...(output?.lines ?? [])].reverse()
  const count = output?.lines.length ?? 0
  const [newest] = lines
  const record = (i: number) => found.record('get_pod_logs', count - 1 - i)
  if (!newest)
    return writer.headline(`The log of pod ${output?.pod ?? ''} is empty.`, callId(found, 'get_pod_logs'))
  writer.headline(`The newest line of pod ${output?.pod ?? ''}: ${quotedLine(newest.text, 300)}`, record(0))
  return writer.table(
    `Last lines of ${output?.pod ?? ''}`,
    [{ key: 'message', title: 'line' }],
    lines.map((line, i) => ({ cells: { message: messageText(line.text, 500) }, cites: record(i) })),
    rowsOf(situation.persona.depth),
    count,
  )
}

function whichOne(found: Found): DraftWriter {
  const writer = new DraftWriter()
  const names = [
    ...new Set((found.output('query_logs')?.lines ?? []).flatMap(({ labels }) => writerOf(labels) ?? [])),
  ]
  writer
    .headline('Which one? Say its name and I show its lines.', callId(found, 'query_logs'))
    .outcome('CLARIFY')
  for (const name of names.slice(0, 5)) writer.choice(plainText(name), `Show me the logs of ${name}`)
  return writer
}
