import { deploymentName } from '../../tool/deployment-evidence.ts'
import { type Draft, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { idIn, providersOf, recordsOf, servicesOf } from '../cost/reading.ts'
import { DraftWriter } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'

const ofChange =
  /\b(?:approve|reject|merge|close|revert|apply|plan|undo|propose)\b.*\b(?:deployments?|merge requests?|pull requests?|mrs?|changes?|terraform|tofu|move)\b|\b(?:approve|reject|merge|close|revert)\s+(?:the\s+)?[!#]\d|\bkill ?-?switch\b|\bbudgets?\b|\bprice books?\b/i
const ofMove = /\b(?:move|migrate|relocate|shift|switch)\b/i

/** Whether what is to be done is a change of where something runs, or of what stands in Git: no runbook does that. */
export const isOfChange = (situation: Situation): boolean =>
  ofChange.test(situation.question.text) ||
  (ofMove.test(situation.question.text) && providersOf(situation).length > 0)

/** What is known of the change that is meant, so that a person finds it. */
export function planChange(situation: Situation): PlannedCall[] {
  const { text } = situation.question
  const [service] = servicesOf(situation)
  const id = idIn(text)
  if (/\bkill ?-?switch\b/i.test(text)) return [planned('get_policy', {})]
  if (id !== undefined) return [planned('get_deployment', { id })]
  return [
    planned('list_deployments', { ...(service ? { service: [service] } : {}), open: true, limit: 20 }),
    ...(service && ofMove.test(text) ? [planned('get_cost_decision', { service })] : []),
  ]
}

/** Nothing is done, and nothing proposed: what waits already is named, and where a person does it is said. */
export function composeChange(situation: Situation, found: Found): Draft {
  const writer = new DraftWriter().outcome('UNANSWERABLE')
  const { text } = situation.question
  const calls = found.calls.map(({ id }) => id)
  if (found.of('get_policy')) {
    writer.headline(
      'Nothing was switched: the kill switch is set by a person with the right to approve changes.',
      calls,
    )
    for (const record of recordsOf(found, 'get_policy', 'CONTROL'))
      writer.say(`The kill switch is ${record.fields.kill_switch === true ? 'on' : 'off'} now.`, record)
    return writer.step('On the page Deployments it is switched at once, with a reason.', calls).draft
  }
  if (/\bbudgets?\b|\bprice books?\b/i.test(text) && !/\bdeployment|\bmerge/i.test(text))
    return writer
      .headline('Nothing was changed: a person with the right cost:write sets budgets and prices.', calls)
      .step('Set them on the page Cost.', calls)
      .suggest('Are we over budget?').draft
  const one = found.output('get_deployment')?.deployment
  const open = one ? [one] : (found.output('list_deployments')?.deployments ?? [])
  const isMove = ofMove.test(text) && !/\b(?:approve|merge|reject)\b/i.test(text)
  writer.headline(
    isMove
      ? 'Nothing was moved: where a service runs is a change through Git, which a person proposes and another approves.'
      : 'Nothing was done: a change through Git is approved, merged or taken back by a person, never by asking here.',
    calls,
  )
  const failed = found.of('get_deployment')
  if (failed && !one) writer.say(messageText(failed.call.sentence, 300), failed.call.id)
  for (const [i, change] of open.slice(0, 5).entries())
    writer.say(
      `${deploymentName(change)} of ${plainText(change.service)} is ${change.state}: ${messageText(change.title, 200)}.`,
      one ? found.record('get_deployment', 0) : found.record('list_deployments', i),
    )
  const decision = found.output('get_cost_decision')?.decision
  const [record] = recordsOf(found, 'get_cost_decision', 'DECISION')
  if (decision && record) {
    writer.say(
      `Decided last: ${decision.action}, ${decision.state}. ${messageText(decision.explanation, 500)}`,
      record,
    )
    writer.suggest(`What stands against moving ${decision.service}?`)
  }
  writer.step(
    isMove && open.length === 0
      ? 'Propose it on the page of the decision: that opens a merge request with a plan, and the policy says who must approve it.'
      : 'Read the plan on the page of the change, and approve, close or revert it there, or in its merge request.',
    record && isMove ? [record, ...calls] : calls,
  )
  return writer.suggest('Which changes wait for approval?', 'What does the policy say?').draft
}
