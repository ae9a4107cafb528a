import { Fault } from '../../../../kernel/fault.ts'
import { streamLabelName } from '../../../../port/log-stream.ts'
import type { Extraction } from '../expression.ts'
import type { CompiledStage } from './index.ts'
import { eachField, type PathPart, valueAt } from './json-text.ts'

/** Labels one line may give: bounds what a hostile line costs. */
export const labelsMax = 1_000

const parserError = 'JSONParserErr'

/** Every value of the line, or those that expressions lead to. Names of nested values are joined by `_`; arrays are passed over. */
export function jsonStage(extractions: readonly Extraction[]): CompiledStage {
  if (extractions.length > 0) return expressionStage(extractions)
  const names = new Map<string, string>()
  return (line) => {
    const wrong = eachField(line.line, (path, value, kind) => {
      if (kind === 'null' || line.parsedCount >= labelsMax) return
      line.extract(nameOf(path, names), value)
    })
    if (wrong !== undefined) line.fail(parserError, wrong)
    return true
  }
}

function expressionStage(extractions: readonly Extraction[]): CompiledStage {
  const paths = extractions.map(({ name, expression }) => ({ name, path: pathOf(expression) }))
  return (line) => {
    if (!/^\s*[{[]/.test(line.line)) {
      line.fail(parserError, 'expecting json object({), but it is not')
      return true
    }
    for (const { name, path } of paths) {
      const found = valueAt(line.line, path)
      line.extract(name, !found || found.kind === 'null' ? '' : found.value)
    }
    return true
  }
}

const namesMax = 10_000
function nameOf(path: readonly string[], known: Map<string, string>): string {
  const text = path.length === 1 ? path[0]! : path.join('_')
  let name = known.get(text)
  if (name === undefined) {
    name = streamLabelName(text)
    if (known.size < namesMax) known.set(text, name)
  }
  return name
}

const part = /\.?([a-zA-Z_][a-zA-Z0-9_-]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y

/** `request.headers["User-Agent"][0]`. Throws INVALID_LOGQL. */
export function pathOf(expression: string): PathPart[] {
  const path: PathPart[] = []
  part.lastIndex = 0
  while (part.lastIndex < expression.length) {
    const { lastIndex } = part
    const found = part.exec(expression)
    if (!found || (lastIndex === 0 && found[0].startsWith('.')))
      throw new Fault(
        'INVALID_LOGQL',
        `cannot parse expression [${expression}]: syntax error: unexpected character at ${lastIndex}`,
      )
    if (found[2] !== undefined) path.push(Number(found[2]))
    else path.push(found[1] ?? found[3]!.replace(/\\(.)/g, '$1'))
  }
  if (path.length === 0)
    throw new Fault('INVALID_LOGQL', 'cannot parse expression []: syntax error: unexpected $end')
  return path
}
