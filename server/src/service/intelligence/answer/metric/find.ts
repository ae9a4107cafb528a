import { plainName } from '../../catalogue/metric-fact.ts'
import { unitOf } from '../../catalogue/metric-unit.ts'
import { nameScore } from '../../catalogue/name-match.ts'
import type { Answerer } from '../answerer.ts'
import { planned } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { plainText } from '../log/message-text.ts'
import { metricEntity } from '../metric-family.ts'
import { callId } from '../subject.ts'
import { counted, listed } from '../words.ts'
import { factsOf, readingOf } from './metric-reading.ts'

/** FIND_METRICS: which metrics there are, and what one of them is. */
export const findMetricsAnswer: Answerer = {
  intent: 'FIND_METRICS',
  plan(situation) {
    const { names, words, subjects, clusterIds, aspect } = readingOf(situation)
    const [subject] = subjects
    const slot = situation.question.slots.metric?.aspect
    return [
      planned('find_metrics', {
        ...{ names: [...names], cluster_ids: [...clusterIds], limit: 100 },
        ...(names.length === 0 ? { words: words.join(' ').slice(0, 200) } : {}),
        aspects:
          names.length > 0 || aspect === 'NAMED' || slot === undefined || slot === 'NAMED' ? [] : [slot],
        ...(subject ? { entity: metricEntity(subject) } : {}),
      }),
    ]
  },
  compose(situation, found) {
    const { question, persona } = situation
    const { names, words, subjects } = readingOf(situation)
    const output = found.output('find_metrics')
    const cite = callId(found, 'find_metrics')
    const writer = new DraftWriter()
    const all = factsOf(found).map((fact, i) => ({ fact, record: found.record('find_metrics', i) }))
    if (output === undefined || all.length === 0) {
      const what = names[0] ?? words.join(' ')
      return writer
        .outcome('UNANSWERABLE')
        .headline(
          output === undefined
            ? `I could not look for metrics: ${found.of('find_metrics')?.call.sentence ?? 'not asked.'}`
            : `There is no metric ${what === '' ? 'that fits' : `of "${what}"`}${subjects[0] ? ` of ${subjects[0].name}` : ''}.`,
          cite,
        ).draft
    }
    const wanted = new Set(names.map(plainName))
    const exact = all.filter(
      ({ fact }) =>
        wanted.has(plainName(fact.name)) ||
        wanted.has(plainName(fact.name.replace(/[._](bucket|count|sum)$/, ''))),
    )
    const [one] = exact
    if (one) {
      const { fact, record } = one
      const unit = unitOf(fact)
      const said = unitName(unit)
      writer.headline(
        /\bunit\b/i.test(question.text)
          ? `${plainText(fact.name, 200)} is ${unit === null ? 'in no unit that its name or sender says' : `in ${said}`}.`
          : `${plainText(fact.name, 200)} has the labels ${listed(
              fact.labels.map((one) => plainText(one)),
              15,
            )}.`,
        record,
      )
      writer.say(
        `It is a ${fact.kind.toLowerCase()} with ${fact.series} series${unit === null ? '' : `, in ${said}`}; its labels are ${listed(
          fact.labels.map((one) => plainText(one)),
          15,
        )}.`,
        record,
      )
      return writer.suggest(`What is ${fact.name} now?`).draft
    }
    const sorted = [...all].sort(
      (a, b) => nameScore(b.fact.name, b.fact.help, words) - nameScore(a.fact.name, a.fact.help, words),
    )
    const shown = sorted.slice(0, rowsOf(persona.depth))
    writer.headline(
      `${counted(output.total, 'metric fits', 'metrics fit')}: ${listed(
        shown.map(({ fact }) => plainText(fact.name, 200)),
        5,
      )}.`,
      shown.slice(0, 5).map(({ record }) => record),
    )
    writer.table(
      'Metrics',
      [
        { key: 'name', title: 'name' },
        { key: 'kind', title: 'type' },
        { key: 'unit', title: 'unit' },
        { key: 'series', title: 'series', numeric: true },
        { key: 'labels', title: 'labels' },
      ],
      sorted.map(({ fact, record }) => ({
        cells: {
          ...{
            name: fact.name,
            kind: fact.kind.toLowerCase(),
            unit: unitOf(fact) === null ? null : unitName(unitOf(fact)),
          },
          ...{ series: fact.series, labels: listed(fact.labels, 8) },
        },
        cites: record,
      })),
      rowsOf(persona.depth),
      output.total,
    )
    return writer.suggest(`What is ${sorted[0]?.fact.name} now?`).draft
  },
}

const unitNames: Readonly<Record<string, string>> = {
  By: 'bytes',
  s: 'seconds',
  ms: 'milliseconds',
  ns: 'nanoseconds',
  ratio: 'ratio (0 to 1)',
  '%': 'percent',
  Cel: 'degrees Celsius',
  W: 'watts',
}
const unitName = (unit: string | null): string => (unit === null ? '' : (unitNames[unit] ?? unit))
