import { planned } from '../answerer.ts'
import { counted, measured } from '../words.ts'
import { type Area, answerOf, as } from './area.ts'

export const changes: Area = {
  calls: ({ cluster_ids, service }) => [
    planned('list_changes', { cluster_ids, limit: 50, ...(service ? { entity: service.id } : {}) }, as),
  ],
  claims(found, writer, { service }) {
    const answer = answerOf(found, writer, 'list_changes', 'Changes')
    if (!answer) return
    const [latest] = answer.records
    const { total } = answer.output
    const of = service ? ` on ${service.name}` : ''
    writer.say(
      latest === undefined
        ? `No change${of} is known of the last two hours.`
        : `${counted(total, 'change')}${of} in the last two hours; the latest: ${withoutEnd(latest.sentence)}.`,
      latest ?? answer.call,
    )
  },
}

export const logs: Area = {
  calls: ({ service, named }) => [
    planned(
      'get_log_patterns',
      { cluster_ids: named, level: 'ERROR', ...(service ? { entity: service.id } : {}) },
      as,
    ),
  ],
  claims(found, writer, { service }) {
    const answer = answerOf(found, writer, 'get_log_patterns', 'Logs')
    if (!answer) return
    const [first] = answer.output.patterns
    const of = service ? ` of ${service.name}` : ''
    // The words of a line are whoever wrote it: they are quoted.
    writer.say(
      first === undefined
        ? `No error is logged${of} in the last hour.`
        : `Logs: the most frequent error${of} was written ${counted(first.count, 'time')} in the last hour: "${first.template.slice(0, 200).replaceAll('"', "'")}".`,
      answer.records[0] ?? answer.call,
    )
  },
}

export const traces: Area = {
  calls: ({ service, named }) => [
    planned(
      'search_traces',
      { cluster_ids: named, order: 'SLOWEST', ...(service ? { service_name: service.name } : {}) },
      as,
    ),
  ],
  claims(found, writer, { service }) {
    const answer = answerOf(found, writer, 'search_traces', 'Traces')
    if (!answer) return
    const [first] = answer.output.traces
    const through = service ? ` through ${service.name}` : ''
    writer.say(
      first === undefined
        ? `No trace${through} is kept of the last hour.`
        : `Traces: the slowest${through} of the last hour that was looked at began in ${first.root_service} (${first.root_operation}) and took ${measured(first.duration_ms, 'ms')}${first.has_errors ? ', with errors' : ''}.`,
      answer.records[0] ?? answer.call,
    )
  },
}

const withoutEnd = (sentence: string): string => sentence.replace(/[.\s]+$/, '')
