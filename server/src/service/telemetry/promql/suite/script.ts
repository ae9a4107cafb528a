import { RE2JS } from 're2js'
import { Fault } from '../../../../kernel/fault.ts'
import { parseGoNumber } from '../function/number-text.ts'
import { parseDuration } from '../parse/duration.ts'
import { unquote } from '../parse/quoted.ts'
import { parseSeriesDefinition, type SequenceValue, type SeriesDefinition } from './series-definition.ts'
import { parseSeriesLines } from './start-line.ts'

export type AnnotationKind = 'fail' | 'warn' | 'no_warn' | 'info' | 'no_info'
/** A text that must be met as it is, a pattern, or anything. */
export type ExpectedText = { text: string } | { pattern: RE2JS } | 'any'
export type Expectation = { kind: AnnotationKind; text: ExpectedText }

export type LoadCommand = {
  command: 'load'
  line: number
  stepMs: number
  withNative: boolean
  series: SeriesDefinition[]
}
export type EvalCommand = {
  command: 'eval'
  line: number
  query: string
  /** An instant query has one moment and no step. */
  startMs: number
  endMs: number
  stepMs: number
  range: boolean
  ordered: boolean
  expectations: Expectation[]
  expected: { series: SeriesDefinition[]; scalar?: SequenceValue; text?: string }
  /** Moments of the range vector an instant query is to answer. */
  rangeVector?: { startMs: number; endMs: number; stepMs: number }
}
export type Command = LoadCommand | EvalCommand | { command: 'clear'; line: number }

/** A promqltest script as its commands. https://github.com/prometheus/prometheus/tree/main/promql/promqltest. Throws INVALID_REQUEST with the line. */
export function parseScript(text: string): Command[] {
  const lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()))
  const commands: Command[] = []
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!
    if (line === '') {
      at++
      continue
    }
    // A command's block ends at the first empty line.
    let end = at + 1
    if (!/^clear\b/i.test(line)) while (end < lines.length && lines[end] !== '') end++
    try {
      commands.push(parseCommand(line, lines.slice(at + 1, end), at + 1))
    } catch (error) {
      throw new Fault('INVALID_REQUEST', `line ${at + 1}: ${error instanceof Error ? error.message : error}`)
    }
    at = end
  }
  return commands
}

function parseCommand(head: string, body: string[], line: number): Command {
  if (/^clear\b/i.test(head)) return { command: 'clear', line }
  if (/^load/i.test(head)) return parseLoad(head, body, line)
  if (/^eval/i.test(head)) return parseEval(head, body, line)
  throw bad(head, 'a command')
}

function parseLoad(head: string, body: string[], line: number): LoadCommand {
  const parts = /^load(_with_nhcb)?\s+(.+?)$/.exec(head)
  if (parts === null) throw bad(head, 'a load command')
  return {
    command: 'load',
    line,
    stepMs: msOf(parts[2]!),
    withNative: parts[1] !== undefined,
    series: parseSeriesLines(body),
  }
}

function parseEval(head: string, body: string[], line: number): EvalCommand {
  const command = parseEvalHead(head, line)
  for (let i = 0; i < body.length; i++) if (parseEvalLine(body[i]!, command) === 'end') break
  return command
}

function parseEvalHead(head: string, line: number): EvalCommand {
  const instant = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/.exec(head)
  const range = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/.exec(
    head,
  )
  const mode = instant?.[1] ?? range?.[1]
  const common = {
    command: 'eval' as const,
    line,
    ordered: mode === 'ordered',
    expectations:
      mode === undefined || mode === 'ordered'
        ? []
        : [{ kind: mode as AnnotationKind, text: 'any' as const }],
    expected: { series: [] },
  }
  if (instant !== null) {
    const atMs = msOf(instant[2] ?? '0')
    return { ...common, query: instant[3]!, startMs: atMs, endMs: atMs, stepMs: 0, range: false }
  }
  if (range === null) throw bad(head, 'an eval command')
  const [, , from, to, step, query] = range
  return {
    ...common,
    query: query!,
    startMs: msOf(from!),
    endMs: msOf(to!),
    stepMs: msOf(step!),
    range: true,
  }
}

/** One line under an eval; `end` where nothing may follow. */
function parseEvalLine(line: string, command: EvalCommand): 'end' | undefined {
  const oldFailure = /^expected_fail_(message|regexp)\s+(.*)$/.exec(line)
  if (oldFailure !== null) {
    const [, form, text = ''] = oldFailure
    command.expectations = [
      {
        kind: 'fail',
        text: form === 'message' ? { text: text.trim() } : { pattern: RE2JS.compile(text.trim()) },
      },
    ]
    return 'end'
  }
  if (line.startsWith('expect range vector')) {
    const parts = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/.exec(line)
    if (parts === null) throw bad(line, 'a range vector')
    const [startMs, endMs, stepMs] = parts.slice(1).map(msOf) as [number, number, number]
    command.rangeVector = { startMs, endMs, stepMs }
    command.startMs = endMs
    command.endMs = endMs
    return undefined
  }
  if (line.startsWith('expect string')) {
    const text = unquote(line.slice('expect string'.length).trim())
    if (text === undefined) throw bad(line, 'a quoted string')
    command.expected.text = text
    return undefined
  }
  if (line.split(' ')[0] === 'expect') {
    parseExpectation(line, command)
    return undefined
  }
  const scalar = parseGoNumber(line) ?? (/^0x[\da-f]+$/i.test(line) ? Number(line) : undefined)
  if (scalar !== undefined) {
    command.expected.scalar = { kind: 'number', value: scalar }
    return 'end'
  }
  const series = parseSeriesDefinition(line)
  if (series.values.length > 1 && !command.range && command.rangeVector === undefined)
    throw bad(line, 'the one value of an instant query')
  command.expected.series.push(series)
  return undefined
}

function parseExpectation(line: string, command: EvalCommand): void {
  const parts = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/.exec(line)
  if (parts === null) throw bad(line, 'an expect line')
  const [, kind, form, text = ''] = parts
  if (kind === 'ordered') {
    command.ordered = true
    return
  }
  const expected: ExpectedText =
    form === undefined
      ? 'any'
      : form === 'msg'
        ? { text: text.trim() }
        : { pattern: RE2JS.compile(text.trim()) }
  command.expectations.push({ kind: kind as AnnotationKind, text: expected })
}

function msOf(text: string): number {
  const ms = /^\d+$/.test(text) && Number(text) === 0 ? 0 : parseDuration(text)
  if (ms === undefined) throw bad(text, 'a duration')
  return ms
}

const bad = (text: string, what: string): Fault =>
  new Fault('INVALID_REQUEST', `${JSON.stringify(text)} cannot be read as ${what}.`)
