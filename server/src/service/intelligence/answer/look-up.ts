import type { Draft, Situation } from './answerer.ts'
import { DraftWriter } from './draft.ts'
import { focusCalls, focusClaims } from './focus.ts'
import { answerers } from './index.ts'
import type { Investigation } from './investigation.ts'

/** Looks, the first included: what one shows says where to look next. */
const roundsMax = 3

/** One question that was read, looked up and composed; `onPlan` hears which tools are called first. */
export async function lookUp(
  situation: Situation,
  found: Investigation,
  onPlan: (tools: readonly string[]) => void = () => undefined,
): Promise<Draft> {
  const { question, persona } = situation
  const answerer = answerers.get(question.intent) ?? answerers.get('UNKNOWN')!
  const first = [...answerer.plan(situation), ...focusCalls(persona, question)]
  onPlan([...new Set(first.map(({ tool }) => tool))])
  await found.run(first)
  for (let round = 1; round < roundsMax; round += 1) {
    const more = answerer.next?.(situation, found, round) ?? []
    if (more.length === 0 || (await found.run(more)) === 0) break
  }
  const draft = answerer.compose(situation, found)
  const writer = new DraftWriter()
  focusClaims(persona, question, found, writer)
  draft.claims.push(...writer.draft.claims)
  return draft
}
