import { RE2JS } from 're2js'
import { Fault } from '../../../../kernel/fault.ts'
import { label, metricName, setLabel } from '../evaluate/label-set.ts'
import type { Evaluated, StepSeries } from '../value.ts'
import { breathOf } from './breath.ts'
import type { CallContext, WholeFunction } from './function.ts'
import { mergeEqual, seriesOf, textOf } from './step-series.ts'

/** Longest pattern, characters: bounds the automaton. */
const patternLengthMax = 1_000
/** Longest label value made, characters. */
const valueLengthMax = 65_536

/** Sets a label from another one where a regular expression (RE2, anchored) fits it. */
export const labelReplace: WholeFunction = ([vector, destination, replacement, source, pattern], context) => {
  const name = destinationOf(destination, 'label_replace')
  const expression = compile(textOf(pattern))
  const template = parseTemplate(textOf(replacement))
  const from = textOf(source)
  return relabelled(vector, name, context, (series) => {
    const matcher = expression.matcher(label(series.labels, from))
    if (!matcher.matches()) return undefined
    return joined(template, '', (part) =>
      'text' in part ? part.text : groupOf(expression, matcher, part.group),
    )
  })
}

/** Sets a label to others, joined. */
export const labelJoin: WholeFunction = ([vector, destination, separator, ...sources], context) => {
  const names = sources.map((source) => textOf(source))
  for (const name of names)
    if (!isLabelName(name)) throw invalid(`source label name in label_join(): ${name}`)
  const name = destinationOf(destination, 'label_join')
  const between = textOf(separator)
  return relabelled(vector, name, context, ({ labels }) =>
    joined(names, between, (from) => label(labels, from)),
  )
}

/** A replacement in Go's notation: `$1`, `$name`, `${name}`, `$$`; a name is as long as it can be. */
export type TemplatePart = { text: string } | { group: string }
export function parseTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = []
  const form = /\$(?:\$|(\w+)|\{(\w+)\})/g
  let end = 0
  for (const match of template.matchAll(form)) {
    if (match.index > end) parts.push({ text: template.slice(end, match.index) })
    const group = match[1] ?? match[2]
    parts.push(group === undefined ? { text: '$' } : { group })
    end = match.index + match[0].length
  }
  if (end < template.length) parts.push({ text: template.slice(end) })
  return parts
}

async function relabelled(
  vector: Evaluated | undefined,
  name: string,
  context: CallContext,
  valueFor: (series: StepSeries) => string | undefined,
): Promise<Evaluated> {
  const series = seriesOf(vector)
  const breathe = breathOf(context)
  for (const one of series) {
    await breathe()
    const value = valueFor(one)?.toWellFormed()
    if (value === undefined) continue
    one.labels = setLabel(one.labels, name, value)
    if (name === metricName) one.dropName = false
  }
  return { type: 'vector', series: await mergeEqual(series, breathe) }
}

/** Texts put together; refused before they grow beyond bounds, as one inside another could double them. */
function joined<T>(parts: readonly T[], between: string, textFor: (part: T) => string): string {
  let text = ''
  for (const [i, part] of parts.entries()) {
    text += i === 0 ? textFor(part) : between + textFor(part)
    if (text.length > valueLengthMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `a label value would be longer than ${valueLengthMax} characters; put fewer together`,
      )
  }
  return text
}

function compile(pattern: string): RE2JS {
  if (pattern.length > patternLengthMax)
    throw invalid(`regular expression in label_replace(): longer than ${patternLengthMax} characters`)
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL)
  } catch {
    throw invalid(`regular expression in label_replace(): ${pattern}`)
  }
}

function groupOf(expression: RE2JS, matcher: ReturnType<RE2JS['matcher']>, group: string): string {
  const number = /^\d+$/.test(group) ? Number(group) : expression.namedGroups()[group]
  if (number === undefined || number > expression.groupCount()) return ''
  return matcher.group(number) ?? ''
}

function destinationOf(argument: Evaluated | undefined, call: string): string {
  const name = textOf(argument)
  if (!isLabelName(name)) throw invalid(`destination label name in ${call}(): ${name}`)
  return name
}

/** Any UTF-8 that is not empty. */
const isLabelName = (name: string): boolean => name !== '' && name.isWellFormed()

const invalid = (what: string): Fault => new Fault('QUERY_FAILED', `invalid ${what}`)
