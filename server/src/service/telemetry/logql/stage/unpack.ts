import type { CompiledStage } from './index.ts'
import { eachField } from './json-text.ts'

const entryKey = '_entry'

/** What Promtail's `pack` stage packed: labels as an object of strings, with the line under `_entry`. */
export function unpackStage(): CompiledStage {
  return (line) => {
    const pairs: [string, string][] = []
    let entry: string | undefined
    const wrong = eachField(line.line, (path, value, kind) => {
      if (path.length !== 1 || kind !== 'string') return
      if (path[0] === entryKey) entry = value
      else pairs.push([path[0]!, value])
    })
    if (wrong !== undefined) {
      line.fail('JSONParserErr', wrong)
      return true
    }
    for (const [name, value] of pairs) line.extract(name, value)
    if (entry !== undefined) line.line = entry
    return true
  }
}
