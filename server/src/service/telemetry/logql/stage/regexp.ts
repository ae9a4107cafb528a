import { Fault } from '../../../../kernel/fault.ts'
import type { CompiledStage } from './index.ts'
import { compilePattern, requiredPart } from './pattern-text.ts'

/** Named groups of an RE2 pattern become labels. */
export function regexpStage(text: string): CompiledStage {
  const pattern = compilePattern(text)
  const groups = Object.entries(pattern.namedGroups() as Record<string, number>)
  if (groups.length === 0) throw new Fault('INVALID_LOGQL', 'at least one named capture must be supplied')
  const bad = groups.find(([name]) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
  if (bad) throw new Fault('INVALID_LOGQL', `invalid extracted label name '${bad[0]}'`)
  const part = requiredPart(text)
  return (line) => {
    if (part !== '' && !line.line.includes(part)) return true
    const matcher = pattern.matcher(line.line)
    if (!matcher.find()) return true
    for (const [name, group] of groups) line.extract(name, matcher.group(group) ?? '')
    return true
  }
}
