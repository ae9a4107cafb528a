import type { Answer, EvidenceRecord } from '../../contract/src/model/answer.ts'
import {
  FactBook,
  type Facts,
  factsOfText,
} from '../../server/src/service/intelligence/model/turn/verify/fact-book.ts'
import {
  holdsMoment,
  holdsNumber,
} from '../../server/src/service/intelligence/model/turn/verify/number-check.ts'
import { statementsOf } from '../../server/src/service/intelligence/model/turn/verify/statement.ts'
import {
  type Reading,
  type Token,
  tokensOf,
} from '../../server/src/service/intelligence/model/turn/verify/token.ts'
import { isOrdinary } from '../../server/src/service/intelligence/model/turn/verify/vocabulary.ts'

type NumberToken = Extract<Token, { kind: 'number' }>

/**
 * Numbers and names of an answer's text that its evidence does not bear, whatever its claims say: a number must be in the records that its
 * sentence cites, follow from them (a difference, a ratio, a count, a length of time between two moments), or be in another record of the
 * answer; a name must be in some record, in what could not be looked at, or in the question.
 */
export function unborne(answer: Answer): string[] {
  const { evidence, checked } = answer
  const book = new FactBook({
    ...{ question: answer.question, outcome: answer.outcome, claims: [], evidence, calls: checked },
    ...{ choices: answer.choices, notChecked: answer.not_checked, nowMs: Date.parse(answer.created_at) },
  })
  const beside = [
    answer.question,
    ...answer.notices,
    ...answer.not_checked.map(({ what, reason }) => `${what} ${reason}`),
  ]
  const said = [
    ...beside,
    ...answer.choices.map(({ text }) => text),
    ...evidence.map(({ link }) => link ?? ''),
  ]
  const rest = factsOfText(said.join(' ; '))
  const whole = [...book.under([...book.ids]).parts, rest]
  const asked = [...book.under(checked.map(({ id }) => id)).parts, rest]
  const texts = whole.map(({ text }) => text).join('\n')
  const wrong: string[] = []
  for (const { text, cites } of statementsOf(answer.text, true).statements) {
    const cited = book.under(cites)
    for (const token of tokensOf(plain(text))) {
      if (token.kind === 'word') {
        if (!isKnownName(token.text, token.plain, texts))
          wrong.push(`names ${token.text}, which no record does`)
      } else if (token.kind === 'moment') {
        if (!holdsMoment(token, whole)) wrong.push(`says ${token.text}, which no record does`)
      } else if (!isBorne(token, answer, cited, { asked, whole }))
        wrong.push(`says ${token.text} under ${cites.join(', ')}`)
    }
  }
  return [...new Set(wrong)]
}

const nothing = factsOfText('')

/** Without signs of Markdown, and without questions that are proposed. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/“[^”\n]*\?”/g, ' ')
    .replace(/[*`“”]+|^\s*(?:[-*]|\d{1,2}[.)])\s+|^#{1,6}\s+/g, ' ')

/** A word that no system is called by, or one that stands in a record. */
function isKnownName(name: string, isPlain: boolean, texts: string): boolean {
  const word = name.toLowerCase().replace(/^[.:/]+(?=[^/])|[.:]+$/g, '')
  if (word.length < 2 || texts.includes(word)) return true
  // Words joined, and units that are no names: "requests/s", "read-only".
  return (
    word.split(/[-/]/).every((part) => part.length < 2 || isOrdinary(part) || texts.includes(part)) &&
    (isPlain || /^[a-z/’'-]+$/.test(word))
  )
}

type Cited = { parts: readonly Facts[]; records: readonly EvidenceRecord[] }

function isBorne(
  token: NumberToken,
  answer: Answer,
  { parts, records }: Cited,
  { asked, whole }: { asked: readonly Facts[]; whole: readonly Facts[] },
): boolean {
  const nowMs = Date.parse(answer.created_at)
  const held = (by: readonly Facts[]): boolean => holdsNumber(token, by, 0, nowMs)
  return (
    held(parts) ||
    derives(token, records, parts) ||
    isCount(token, answer) ||
    isSpan(token, parts) ||
    // What was asked for, over which time, and what an age is the age of, need not be cited again.
    held(asked) ||
    asked.some((call) => isSpan(token, [call])) ||
    (token.ago && held(whole.map(({ timesMs }) => ({ ...nothing, timesMs }))))
  )
}

/** Half of the last digit that is written, and what binary fractions lose. */
const near = ({ value, step }: Reading, fact: number): boolean =>
  Math.abs(value - Math.abs(fact)) <= step / 2 + 1e-6 * Math.abs(value)

/** Values in their base unit as a metric has them; of two of one kind: their difference, and how many times one is the other. */
function derives(token: NumberToken, records: readonly EvidenceRecord[], parts: readonly Facts[]): boolean {
  const numbers = (values: readonly unknown[]): number[] => values.filter((one) => typeof one === 'number')
  const keys = new Set(records.flatMap(({ fields }) => Object.keys(fields)))
  const kinds = [
    ...[...keys].map((key) => numbers(records.map(({ fields }) => fields[key]))),
    ...records.map(({ fields }) =>
      numbers([fields.shift_before, fields.shift_after, fields.first, fields.last, fields.median]),
    ),
    ...parts.map(({ readings }) => readings.map(({ value }) => value)).filter(({ length }) => length < 8),
  ]
  const isOf = (reading: Reading): boolean =>
    kinds.some((values) =>
      values.some((a) => near(reading, a) || values.some((b) => isBetween(reading, a, b))),
    )
  return token.readings.some(isOf) || token.readings.some((reading) => isMean(reading, records))
}

const isBetween = (reading: Reading, a: number, b: number): boolean =>
  a !== b &&
  (near(reading, a - b) ||
    // How many times, and percentage points.
    (reading.measure === '' && ((b !== 0 && near(reading, a / b)) || near(reading, (a - b) * 100))))

/** A mean of what is cited of one operation, where all of it is nearly the same. */
const isMean = (reading: Reading, records: readonly EvidenceRecord[]): boolean =>
  [...Map.groupBy(records, ({ fields }) => fields.operation_name).values()].some((alike) =>
    isMeanOf(reading, alike),
  )

function isMeanOf({ measure, value, step }: Reading, records: readonly EvidenceRecord[]): boolean {
  const scale = measure === 'ratio' ? 100 : 1
  const keys = new Set(records.flatMap(({ fields }) => Object.keys(fields)))
  return [...keys].some((key) => {
    const values = records.flatMap(({ fields }) => (typeof fields[key] === 'number' ? [fields[key]] : []))
    const [least, most] = [Math.min(...values), Math.max(...values)]
    const slack = (step / 2) * scale
    return (
      values.length > 1 &&
      most - least <= 0.05 * most &&
      value * scale >= least - slack &&
      value * scale <= most + slack
    )
  })
}

/** As many as there are records, rows, or records that are alike. */
function isCount({ readings }: NumberToken, answer: Answer): boolean {
  const counts = new Map<string, number>()
  const count = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const { type, query, fields } of answer.evidence) {
    count(type)
    count(`${type} ${query}`)
    for (const [key, value] of Object.entries(fields)) {
      count(`${type} ${key} ${value}`)
      count(`${type} ${query} ${key} ${value}`)
    }
  }
  const rows = answer.tables.flatMap((table) => [
    table.rows.length,
    table.rows.length + table.more,
    table.more,
  ])
  return readings.some(
    ({ measure, value }) => measure === '' && [...counts.values(), ...rows].includes(value),
  )
}

/** A length of time between two moments. */
function isSpan({ readings }: NumberToken, parts: readonly Facts[]): boolean {
  const times = [
    ...new Set(parts.flatMap(({ timesMs }) => timesMs.map((ms) => Math.round(ms / 1_000)))),
  ].slice(0, 500)
  return readings.some(
    ({ measure, value, step }) =>
      measure === 'time' && times.some((a) => times.some((b) => Math.abs(a - b - value) <= step)),
  )
}
