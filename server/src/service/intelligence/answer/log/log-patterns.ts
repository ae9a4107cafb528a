import { type Answerer, planned } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { callId } from '../subject.ts'
import { counted, momentText, percentText } from '../words.ts'
import { messageText, quotedLine } from './message-text.ts'
import { noLines, wantedOf, writing } from './show-logs.ts'

/** Of lines in the time before, that make a growth worth a word. */
const grewBy = 2
const grewMin = 10

/** LOG_PATTERNS: which kinds of line there are, and what of them is new. */
export const logPatterns: Answerer = {
  intent: 'LOG_PATTERNS',
  plan: (situation) => {
    const { level, ...wanted } = wantedOf(situation)
    const asked = situation.question.slots.logLevel
    return [
      planned('get_log_patterns', { ...wanted, ...(asked ? { level: asked } : {}), before: true, limit: 50 }),
    ]
  },
  compose(situation, found) {
    const output = found.output('get_log_patterns')
    const cite = callId(found, 'get_log_patterns')
    const writer = new DraftWriter()
    if (output === undefined)
      return writer
        .outcome('UNANSWERABLE')
        .headline(
          `Logs could not be read: ${found.of('get_log_patterns')?.call.sentence ?? 'not asked.'}`,
          cite,
        ).draft
    const patterns = output.patterns.map((pattern, i) => ({
      pattern,
      record: found.record('get_log_patterns', i),
    }))
    const [first] = patterns
    if (!first) return noLines(situation, found, 'get_log_patterns').draft
    const subject = writing(situation)
    const { nowMs, persona } = situation
    const share = percentText(first.pattern.share)
    writer.headline(
      `The most frequent line${subject ? ` of ${subject.name}` : ''} is ${quotedLine(first.pattern.template, 300)}: ${counted(first.pattern.count, 'time')}, ${share} of ${output.truncated ? `the newest ${output.lines}` : output.lines} lines.`,
      [first.record, cite],
    )
    const fresh = patterns.filter(({ pattern }) => pattern.count_before === 0 && !output.truncated_before)
    for (const { pattern, record } of fresh.slice(0, 3))
      writer.say(
        `New: ${quotedLine(pattern.template, 200)}, first at ${momentText(pattern.first_at, nowMs)}, ${counted(pattern.count, 'time')} since.`,
        record,
      )
    const grown = patterns.filter(
      ({ pattern: { count, count_before } }) =>
        count_before !== null && count_before > 0 && count >= grewMin && count >= grewBy * count_before,
    )
    for (const { pattern, record } of grown.slice(0, 3))
      writer.say(
        `Grew: ${quotedLine(pattern.template, 200)}, ${pattern.count} lines after ${pattern.count_before} in the same time before.`,
        record,
      )
    if (fresh.length + grown.length === 0)
      writer.say('Nothing of it is new: all of it was there in the time just before.', cite)
    if (output.truncated)
      writer.caveat(
        `Only the newest ${output.lines} lines were sorted; older ones of that time were not.`,
        cite,
      )
    writer.table(
      'Kinds of line',
      [
        { key: 'count', title: 'lines', numeric: true },
        { key: 'before', title: 'before', numeric: true },
        { key: 'level', title: 'level' },
        { key: 'template', title: 'line' },
      ],
      patterns.map(({ pattern, record }) => ({
        cells: {
          count: pattern.count,
          before: pattern.count_before,
          level: pattern.level || null,
          template: messageText(pattern.template, 500),
        },
        cites: record,
      })),
      rowsOf(persona.depth),
      output.total,
    )
    return writer.suggest(
      ...(subject
        ? [`Show me the error logs of ${subject.name}`, `Why is ${subject.name} failing?`]
        : ['Show me all error logs']),
    ).draft
  },
}
