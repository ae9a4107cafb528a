import type { Deployment } from '@aiops/contract/model/deployment'
import { deploymentName } from '../../tool/deployment-evidence.ts'
import { type Answerer, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { idIn, isOfUnknown, isUnanswered, rangeOf, servicesOf } from '../cost/reading.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'
import { callId } from '../subject.ts'
import { counted, listed, momentText } from '../words.ts'
import { sayDeployment } from './one-deployment.ts'

const asksWaiting =
  /\bwait|\bpending\b|\bneeds? (?:an? )?approv|\bto (?:be )?approve|\bapprovals? (?:open|left|needed|missing)|\bopen\b|\bin flight|\bunder way/i
const asksDenied = /\bden(?:y|ied|ies)\b|\brefus|\breject|\bturned down|\bfail/i
/** Asked of one change rather than of all. */
const asksOne =
  /\bplan\b|\bwho\b|\bwhy\b|\bverif|\brolled back|\brevert|\bwhat (?:does|do|did|would|will) (?:it|this|that)|\bit\b|\b(?:latest|last|newest)\b/i
const many =
  /\bwhich\b|\bhow many\b|\bchanges\b|\bdeployments\b|\brequests\b|\blist\b|\bshow (?:me )?(?:all|the|our) \w+s\b/i

/** DEPLOYMENTS: changes through Git: which there are, which wait, and everything about one of them. */
export const deployments: Answerer = {
  intent: 'DEPLOYMENTS',
  plan(situation): readonly PlannedCall[] {
    const { text } = situation.question
    const service = servicesOf(situation)
    const id = idIn(text)
    if (id !== undefined) return [planned('get_deployment', { id })]
    if (asksWaiting.test(text) && !/\bwhy\b|\bwho\b/i.test(text))
      return [planned('list_deployments', { service, open: true, limit: 100 })]
    return [
      planned('list_deployments', {
        ...{ service, state: asksDenied.test(text) && !/\bfail/i.test(text) ? ['DENIED'] : [], limit: 100 },
        ...rangeOf(situation),
      }),
    ]
  },
  next(situation, found, round) {
    const { text } = situation.question
    const all = found.output('list_deployments')?.deployments ?? []
    if (round > 1 || all.length === 0 || !asksOne.test(text) || (many.test(text) && !/\bwhy\b/i.test(text)))
      return []
    return [planned('get_deployment', { id: meantOf(all).id })]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    if (isOfUnknown(writer, situation, found)) return writer.draft
    if (found.of('get_deployment')) {
      if (!isUnanswered(writer, found, 'get_deployment', 'what became of that change'))
        sayDeployment(writer, situation, found)
      return writer.suggest('Which changes wait for approval?', 'What does the policy say?').draft
    }
    if (isUnanswered(writer, found, 'list_deployments', 'what changed through Git')) return writer.draft
    sayList(writer, situation, found)
    return writer.suggest('Is there drift?', 'What does the policy say?').draft
  },
}

/** What waits for somebody is what people speak of; else the newest. */
const meantOf = (all: readonly Deployment[]): Deployment =>
  all.find(({ state }) => state === 'AWAITING_APPROVAL') ?? all[0]!

function sayList(writer: DraftWriter, situation: Situation, found: Found): void {
  const { text } = situation.question
  const { deployments: all, total } = found.output('list_deployments')!
  const call = callId(found, 'list_deployments')
  const service = servicesOf(situation)
  const of = service.length > 0 ? ` of ${listed(service.map((name) => plainText(name)))}` : ''
  const waits = all.filter(({ state }) => state === 'AWAITING_APPROVAL')
  const asked = asksWaiting.test(text)
  const when = situation.question.time.text === '' || asked ? '' : ' in that time'
  if (all.length === 0) {
    writer.headline(
      asked
        ? `No change through Git${of} is open, so none waits for approval.`
        : `No change through Git${of} is known${when}${asksDenied.test(text) ? ' that was denied' : ''}.`,
      call,
    )
    return
  }
  const recordOf = (one: Deployment) => found.record('list_deployments', all.indexOf(one))
  if (asked)
    writer.headline(
      waits.length > 0
        ? `${counted(waits.length, 'change')}${of} ${waits.length === 1 ? 'waits' : 'wait'} for approval: ${listed(waits.map((one) => `${deploymentName(one)} of ${plainText(one.service)}`))}.`
        : `None${of} waits for approval; ${counted(all.length, 'change')} ${all.length === 1 ? 'is' : 'are'} open.`,
      [call, ...waits.slice(0, 10).map(recordOf)],
    )
  else
    writer.headline(
      `${counted(total, 'change')} through Git${of}${when}, ${total === 1 ? 'it is' : 'the newest is'} ${deploymentName(all[0]!)} of ${plainText(all[0]!.service)}: ${all[0]!.state}.`,
      [call, recordOf(all[0]!)],
    )
  for (const one of (waits.length > 0 && asked ? waits : all).slice(0, rowsOf(situation.persona.depth)))
    writer.say(
      `${deploymentName(one)} of ${plainText(one.service)} by ${plainText(one.author)}, ${momentText(one.created_at, situation.nowMs)}: ${messageText(one.title, 200)}. ${one.state}${waitingText(one)}.`,
      recordOf(one),
    )
  if (waits.length > 0)
    writer.step(
      'A person with the right to approve reads the plan on the page of the change and approves it there, or in its merge request.',
      recordOf(waits[0]!),
    )
}

const waitingText = ({ state, approvals, policy }: Deployment): string =>
  state === 'AWAITING_APPROVAL' && policy
    ? `, ${approvals.length} of ${policy.approvals_needed} approvals`
    : ''
