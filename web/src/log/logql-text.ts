/** Writing LogQL, and the little of it that must be understood to add a condition to a query that somebody typed. */

export type LogWords = {
  service?: string | undefined
  contains?: string | undefined
  traceId?: string | undefined
}

/** A string as LogQL reads it (Go's escapes). */
export const quoted = (text: string): string => JSON.stringify(text)

/** Loki's names of labels have letters, digits and underscores alone: `service.name` is `service_name` there. */
export const labelName = (name: string): string =>
  name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d|$)/, '_')

/** What the simple search asks, in LogQL. A selector must hold something, so that all services are those with a name. */
export function logqlOf({ service, contains, traceId }: LogWords): string {
  const selector = service ? `{service_name=${quoted(service)}}` : '{service_name=~".+"}'
  return [
    selector,
    ...(contains ? [`|= ${quoted(contains)}`] : []),
    ...(traceId ? [`| trace_id=${quoted(traceId)}`] : []),
  ].join(' ')
}

/** Whether a query asks for lines, not for numbers made of them: then it begins with a selector. */
export const asksForLines = (query: string): boolean => withoutComments(query).trimStart().startsWith('{')

/** How many lines there were at each level, in windows of `stepSeconds`; undefined for queries that give numbers already. */
export const volumeQuery = (query: string, stepSeconds: number): string | undefined =>
  asksForLines(query)
    ? `sum by (detected_level) (count_over_time(${withoutComments(query).trim()} [${stepSeconds}s]))`
    : undefined

export type LabelFilter = { name: string; value: string; op: '=' | '!='; of: 'stream' | 'line' }

/**
 * The query with one more condition: on a label of the stream within the selector, on what stands beside a line behind
 * the pipeline. A condition that is there already is not written twice.
 */
export function withFilter(query: string, { name, value, op, of }: LabelFilter): string {
  const condition = `${labelName(name)}${op}${quoted(value)}`
  if (of === 'line') {
    const stage = `| ${condition}`
    const text = withoutComments(query).trimEnd()
    return text.includes(stage) ? text : `${text} ${stage}`
  }
  const end = selectorEnd(query)
  if (end === undefined) return query
  const inside = query.slice(query.indexOf('{') + 1, end)
  if (inside.includes(condition)) return query
  const comma = inside.trim() === '' || inside.trim().endsWith(',') ? '' : ', '
  return `${query.slice(0, end)}${comma}${condition}${query.slice(end)}`
}

/** The query with lines of one pattern alone. */
export const withPattern = (query: string, pattern: string): string =>
  `${withoutComments(query).trimEnd()} |> ${quoted(pattern)}`

/** The selector of exactly one stream. */
export const streamSelector = (stream: Readonly<Record<string, string>>): string =>
  `{${Object.entries(stream)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${labelName(name)}=${quoted(value)}`)
    .join(', ')}}`

/** Where the first selector's `}` stands. */
function selectorEnd(query: string): number | undefined {
  const start = query.indexOf('{')
  if (start < 0) return undefined
  for (const { at, char, code } of scan(query)) if (code && at > start && char === '}') return at
  return undefined
}

/** Comments go from `#` to the end of the line; they would swallow what is written behind them. */
function withoutComments(query: string): string {
  let text = ''
  let comment = false
  for (const { char, code } of scan(query)) {
    if (comment) comment = char !== '\n'
    else if (code && char === '#') comment = true
    if (!comment) text += char
  }
  return text
}

/** Characters of a query, and whether each is outside of quotes. */
function* scan(query: string): Generator<{ at: number; char: string; code: boolean }> {
  let quote = ''
  for (let at = 0; at < query.length; at += 1) {
    const char = query[at] as string
    if (quote === '') {
      if (char === '"' || char === '`') quote = char
      yield { at, char, code: quote === '' }
      continue
    }
    yield { at, char, code: false }
    if (char === '\\' && quote === '"' && at + 1 < query.length) {
      at += 1
      yield { at, char: query[at] as string, code: false }
    } else if (char === quote) quote = ''
  }
}
