import type { Matcher } from '@aiops/contract/model/label'
import { isFault } from '../../../../kernel/fault.ts'
import type { Extraction, LabelChoice, LineFilter, LineFilterOperator, Stage } from '../expression.ts'
import { compileStage } from '../stage/index.ts'
import type { Cursor } from './cursor.ts'
import { parseLabelFilter } from './label-filter.ts'
import { checked } from './selector.ts'

const lineOperators: readonly string[] = ['|=', '!=', '|~', '!~', '|>', '!>']

export const startsStage = (cursor: Cursor): boolean => cursor.isSign('|', ...lineOperators)

/** One stage of a pipeline, found wrong here rather than where it runs. */
export function parseStage(cursor: Cursor): Stage {
  const { at } = cursor.token
  const stage = cursor.isSign(...lineOperators) ? parseLineFilter(cursor) : parsePiped(cursor)
  try {
    compileStage(stage)
  } catch (error) {
    throw isFault(error) ? cursor.wrong(error.message, at) : error
  }
  return stage
}

function parseLineFilter(cursor: Cursor): LineFilter {
  const operator = cursor.advance().text as LineFilterOperator
  const any = [lineCondition(cursor, operator)]
  while (cursor.takeWord('or')) any.push(lineCondition(cursor, operator))
  return { stage: 'line-filter', operator, any }
}

function lineCondition(cursor: Cursor, operator: LineFilterOperator): LineFilter['any'][number] {
  if (!cursor.isWord('ip')) return { kind: 'text', value: cursor.expect('string') }
  if (operator !== '|=' && operator !== '!=')
    throw cursor.wrong('ip: invalid operation: only |= and != are allowed')
  cursor.advance()
  cursor.expectSign('(')
  const value = cursor.expect('string')
  cursor.expectSign(')')
  return { kind: 'ip', value }
}

function parsePiped(cursor: Cursor): Stage {
  cursor.expectSign('|')
  const { kind, text } = cursor.token
  const isFilter = cursor.following.kind === 'sign' && /^(?:[=!]|[<>]=?$)/.test(cursor.following.text)
  if (kind === 'identifier' && !isFilter) {
    const parse = Object.hasOwn(stages, text) ? stages[text] : undefined
    if (parse) {
      cursor.advance()
      return parse(cursor)
    }
  }
  if (kind !== 'identifier' && !cursor.isSign('(')) throw cursor.unexpected()
  return { stage: 'label-filter', filter: parseLabelFilter(cursor) }
}

const stages: Readonly<Record<string, (cursor: Cursor) => Stage>> = {
  json: (cursor) => ({ stage: 'json', extractions: extractions(cursor) }),
  logfmt(cursor) {
    let [strict, keepEmpty] = [false, false]
    while (cursor.token.kind === 'flag') {
      if (cursor.token.text === '--strict') strict = true
      else if (cursor.token.text === '--keep-empty') keepEmpty = true
      else throw cursor.unexpected('--strict', '--keep-empty')
      cursor.advance()
    }
    return { stage: 'logfmt', strict, keepEmpty, extractions: extractions(cursor) }
  },
  pattern: (cursor) => ({ stage: 'pattern', text: cursor.expect('string') }),
  regexp: (cursor) => ({ stage: 'regexp', text: cursor.expect('string') }),
  line_format: (cursor) => ({ stage: 'line-format', text: cursor.expect('string') }),
  unpack: () => ({ stage: 'unpack' }),
  decolorize: () => ({ stage: 'decolorize' }),
  label_format(cursor) {
    const formats: Extract<Stage, { stage: 'label-format' }>['formats'] = []
    do {
      const at = cursor.token.at
      const name = cursor.expect('identifier')
      if (formats.some((format) => format.name === name))
        throw cursor.wrong(`multiple label name '${name}' not allowed in a single format operation`, at)
      cursor.expectSign('=')
      if (cursor.token.kind === 'string')
        formats.push({ name, from: 'template', value: cursor.advance().text })
      else formats.push({ name, from: 'label', value: cursor.expect('identifier') })
    } while (cursor.takeSign(','))
    return { stage: 'label-format', formats }
  },
  drop: (cursor) => ({ stage: 'drop', choices: choices(cursor) }),
  keep: (cursor) => ({ stage: 'keep', choices: choices(cursor) }),
}

function extractions(cursor: Cursor): Extraction[] {
  const found: Extraction[] = []
  while (cursor.token.kind === 'identifier' && (found.length === 0 ? startsExtraction(cursor) : true)) {
    const name = cursor.expect('identifier')
    found.push({ name, expression: cursor.takeSign('=') ? cursor.expect('string') : name })
    if (!cursor.takeSign(',')) break
  }
  return found
}

/** Within a metric query `json` may be followed by words of the query, as in `| json [5m] offset 1m`, which are none of ours. */
const startsExtraction = (cursor: Cursor): boolean =>
  !cursor.isWord('offset', 'by', 'without', 'or', 'and', 'unless')

function choices(cursor: Cursor): LabelChoice[] {
  const found: LabelChoice[] = []
  do {
    const name = cursor.expect('identifier')
    if (cursor.isSign('=', '!=', '=~', '!~')) {
      const { text: op, at } = cursor.advance()
      const matcher: Matcher = { name, op: op as Matcher['op'], value: cursor.expect('string') }
      found.push({ name, matcher: checked(cursor, matcher, at) })
    } else found.push({ name })
  } while (cursor.takeSign(','))
  return found
}
