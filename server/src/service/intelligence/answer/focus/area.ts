import type { EntityRef } from '@aiops/contract/model/answer'
import type { ToolName } from '../../tool/index.ts'
import type { Found, PlannedCall } from '../answerer.ts'
import type { DraftWriter } from '../draft.ts'

/** Where a question points to. */
export type Place = {
  /** Clusters that are named: logs and traces of what is in a cluster need not be kept there. */
  named: string[]
  cluster_ids: string[]
  node: string
  cluster: string | undefined
  service: EntityRef | undefined
}
/** One area that a persona may look at beside what was asked: with what calls, and what they showed. */
export type Area = {
  calls(place: Place): PlannedCall[]
  claims(found: Found, writer: DraftWriter, place: Place): void
}

/** The name of these calls, beside those that answer the question. */
export const as = 'focus'

/** Says that a look failed, or gives its answer; undefined where it was not made. */
export function answerOf<N extends ToolName>(found: Found, writer: DraftWriter, tool: N, what: string) {
  const outcome = found.of(tool, as)
  if (!outcome) return undefined
  if (outcome.output === undefined) {
    writer.caveat(`${what} could not be looked at: ${outcome.call.sentence}`, outcome.call.id)
    return undefined
  }
  return { output: outcome.output, records: outcome.records, call: outcome.call.id }
}
