/** The stages of a log pipeline, each compiled once to a function that changes a line in place and says whether it stays. */

import type { Stage } from '../expression.ts'
import type { LogLine } from '../log-line.ts'
import { decolorized } from './decolorize.ts'
import { jsonStage } from './json.ts'
import { labelFilterStage } from './label-filter.ts'
import { choiceStage, labelFormatStage, lineFormatStage } from './label-format.ts'
import { lineFilterStage } from './line-filter.ts'
import { logfmtStage } from './logfmt.ts'
import { patternStage } from './pattern.ts'
import { regexpStage } from './regexp.ts'
import { unpackStage } from './unpack.ts'

/** False: the line is left out. */
export type CompiledStage = (line: LogLine) => boolean

/** Throws INVALID_LOGQL for what cannot be run, such as a bad pattern. */
export function compileStage(stage: Stage): CompiledStage {
  switch (stage.stage) {
    case 'line-filter':
      return lineFilterStage(stage)
    case 'label-filter':
      return labelFilterStage(stage.filter)
    case 'json':
      return jsonStage(stage.extractions)
    case 'logfmt':
      return logfmtStage(stage)
    case 'pattern':
      return patternStage(stage.text)
    case 'regexp':
      return regexpStage(stage.text)
    case 'unpack':
      return unpackStage()
    case 'decolorize':
      return (line) => {
        line.line = decolorized(line.line)
        return true
      }
    case 'line-format':
      return lineFormatStage(stage.text)
    case 'label-format':
      return labelFormatStage(stage.formats)
    case 'drop':
    case 'keep':
      return choiceStage(stage)
  }
}

export function compilePipeline(stages: readonly Stage[]): CompiledStage {
  const compiled = stages.map(compileStage)
  if (compiled.length === 0) return () => true
  if (compiled.length === 1) return compiled[0]!
  return (line) => {
    for (const stage of compiled) if (!stage(line)) return false
    return true
  }
}
