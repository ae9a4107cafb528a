import {
  type Answerer,
  type Draft,
  type Found,
  type PlannedCall,
  planned,
  type Situation,
} from '../answerer.ts'
import { fittingRunbooks } from '../cause/next-steps.ts'
import { aboutOf, nextReason, planReason, seenOf } from '../cause/suspect.ts'
import { type Cited, DraftWriter } from '../draft.ts'
import { affectedNames, callId, chosenIncident, knownIncidents, namedOf, subjectOf } from '../subject.ts'
import { listed } from '../words.ts'
import { composeChange, isOfChange, planChange } from './change-action.ts'
import { isUnwanted } from './unwanted.ts'

/** Words for "do what helps": any runbook that fits may be meant. Others name one thing to do, and only a runbook that names it is meant. */
const general =
  /^(?:restart|reset|reboot|bounce|fix|repair|heal|recover|run|execute|start|remediate|resolve|apply|trigger|launch|do|propose|go)$/i
/** Said anywhere, these name one thing to do. */
const specific =
  /\b(?:scale|drain|cordon|uncordon|delete|remove|kill|stop|evict|roll ?back|rollback|revert|undo|deploy|upgrade|downgrade|patch|disable|enable|turn (?:off|on)|silence|mute|failover|fail over|resize|increase|decrease)\b/gi
const approves = /\b(?:approve[ds]?|approval|confirm(?:ed)?|reject|i agree|yes,? do it)\b/i
const silences = /\b(?:silence|mute|snooze|suppress|unsilence|unmute|acknowledge|ack)\b/i

/** ACT: somebody wants something done. Nothing is: where a runbook fits it is proposed, and a person approves it. */
export const act: Answerer = {
  intent: 'ACT',
  plan: (situation) =>
    isOfChange(situation) ? planChange(situation) : [...planReason(situation), planned('list_runbooks', {})],
  next(situation, found, round): readonly PlannedCall[] {
    if (isOfChange(situation)) return []
    // The last of three rounds, the plan counted, proposes; by then what there is to see was seen.
    const more = round < 2 ? nextReason(situation, found, round) : []
    if (more.length > 0) return more
    if (found.of('propose_runbook')) return []
    const choice = chosenRunbook(situation, found)
    return choice ? [planned('propose_runbook', choice)] : []
  },
  compose(situation, found) {
    if (isOfChange(situation)) return composeChange(situation, found)
    const writer = new DraftWriter()
    const made = found.of('propose_runbook')
    if (made?.output) return proposed(writer, situation, made.output, made.records[0])
    const calls = found.calls.slice(0, 3).map(({ id }) => id)
    if (isUnwanted(situation.question.text))
      return writer
        .headline('Nothing was run and nothing is proposed, as you say.', calls)
        .say('What waits for approval already is rejected on the page of its incident.', calls)
        .suggest('What is broken?').draft
    if (made) return notProposed(writer, made.call.sentence, made.call.id, situation)
    if (isOfNothing(situation)) return whichThing(writer, found, calls)
    return unable(writer, situation, found, calls)
  },
}

type Choice = { runbook_id: string; incident_id: string }

/** The runbook that is named, or the one that fits the trouble and what was asked for; undefined where nothing is to be proposed. */
function chosenRunbook(situation: Situation, found: Found): Choice | undefined {
  const text = situation.question.text
  if (isUnwanted(text)) return undefined
  const incident = chosenIncident(situation, found)?.incident
  if (!incident || incident.status === 'RESOLVED' || incident.status === 'CLOSED' || silences.test(text))
    return undefined
  const named = namedOf(situation, 'RUNBOOK')
  if (named) return { runbook_id: named.id, incident_id: incident.id }
  if (isOfNothing(situation)) return undefined
  const waiting = found
    .output('get_incident')
    ?.remediations.find(({ status }) => status === 'PENDING_APPROVAL')
  if (waiting && approves.test(text)) return { runbook_id: waiting.runbook_id, incident_id: incident.id }
  const verb = situation.question.slots.action ?? verbOf(text)
  const specifics = [...text.matchAll(specific)].map(([word]) => word.toLowerCase())
  const isGeneral = specifics.length === 0 && general.test(verb)
  const words = specifics.length > 0 ? specifics : [verb.toLowerCase()]
  const fit = fittingRunbooks(situation, found).find(
    ({ runbook }) =>
      runbook.approval_required &&
      (isGeneral ||
        [runbook.id, runbook.name, runbook.description].some((one) =>
          words.some((word) => word.length > 2 && one.toLowerCase().includes(word)),
        )),
  )
  return fit && { runbook_id: fit.runbook.id, incident_id: incident.id }
}

/** The first word that is no politeness: "please reset" → reset. */
const verbOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(
      /\b(?:please|can|could|would|will|you|kindly|just|now|then|ok|okay|yes|and|let's|lets|we|i|want|to|need|should)\b/g,
      ' ',
    )
    .match(/[a-z][a-z-]*/)?.[0] ?? ''

/** "Restart it", and nothing was spoken of. */
const isOfNothing = (situation: Situation): boolean =>
  subjectOf(situation) === undefined &&
  situation.question.slots.named === undefined &&
  !['INCIDENT', 'ALERT', 'RUNBOOK'].some((kind) => namedOf(situation, kind as 'INCIDENT') !== undefined)

type Proposal = {
  remediation: {
    id: string
    runbook_id: string
    runbook_name: string
    plan: { phase: string; sentence: string }[]
    status: string
  }
  waited_already: boolean
  link: string
}

function proposed(writer: DraftWriter, situation: Situation, output: Proposal, record: Cited): Draft {
  const { remediation, waited_already, link } = output
  const steps = remediation.plan.filter(({ phase }) => phase === 'STEP').map(({ sentence }) => sentence)
  const sentence = `${remediation.runbook_id} (${remediation.runbook_name}) waits for approval`
  writer.outcome('PROPOSED')
  if (remediation.status !== 'PENDING_APPROVAL')
    writer.headline(
      `${remediation.runbook_id} is ${remediation.status}; it did not have to wait for approval.`,
      record,
    )
  else
    writer.headline(
      `Nothing was run. ${remediation.runbook_id} (${remediation.runbook_name}) ${waited_already ? 'was proposed already and' : 'is proposed and'} waits for a person's approval.`,
      record,
    )
  if (steps.length > 0) writer.say(`What it would do: ${listed(steps)}.`, record)
  if (approves.test(situation.question.text))
    writer.caveat(
      'Approving is a click that a person with the right to approve makes; it cannot be done by asking here.',
      record,
    )
  writer.step('Read its steps on the page of the incident and approve or reject it there.', record)
  writer.draft.proposal = {
    remediation_id: remediation.id,
    runbook_id: remediation.runbook_id,
    sentence,
    link,
  }
  return writer.suggest('Why does it fail?', 'What changed in the last two hours?').draft
}

function notProposed(writer: DraftWriter, reason: string, call: string, situation: Situation): Draft {
  writer.headline(`Nothing was done, and nothing could be proposed: ${reason}`, call)
  writer.couldNot('a proposal', reason)
  const ref = subjectOf(situation)
  return writer
    .outcome('UNANSWERABLE')
    .suggest(ref ? `What should I do about ${ref.name}?` : 'Which runbooks do we have?').draft
}

/** Asks back with what is in trouble. */
function whichThing(writer: DraftWriter, found: Found, calls: string[]): Draft {
  const names = [...new Set(knownIncidents(found).flatMap(({ incident }) => affectedNames(incident)))].slice(
    0,
    5,
  )
  writer.headline('Of what? Nothing was done.', calls).outcome('CLARIFY')
  for (const name of names) writer.choice(name, `Restart ${name}`)
  return writer.draft
}

/** No runbook does it: what there is, and what a person could run. */
function unable(writer: DraftWriter, situation: Situation, found: Found, calls: string[]): Draft {
  const ref = subjectOf(situation) ?? aboutOf(situation, found)
  const text = situation.question.text
  const fits = fittingRunbooks(situation, found)
  const runbooks = found.output('list_runbooks')?.runbooks ?? []
  writer.outcome('UNANSWERABLE')
  if (silences.test(text)) {
    writer.headline(
      'Nothing was silenced or acknowledged: that is not done by asking here, a person does it.',
      calls,
    )
    writer.step('Create the silence on the page Silences; acknowledge on the page of the incident.', calls)
    return writer.suggest('Which alerts are silenced?', 'Which alerts are firing?').draft
  }
  const chosen = chosenIncident(situation, found)
  // A flag or a setting, of no thing that is named.
  const named = ref ? undefined : situation.question.slots.named
  if (approves.test(text))
    writer.headline(
      'Nothing waits for approval, and approving cannot be done by asking here: it is a click that a person makes on the page of the incident.',
      calls,
    )
  else
    writer.headline(
      `Nothing was done${named ? ` to ${named}` : ''}: I do not change anything myself, and no runbook ${chosen && !named ? `fits INC-${chosen.incident.number}` : `for an open incident${ref ? ` of ${ref.name}` : ''} fits`} and does what you ask.`,
      [...calls.slice(0, 1), callId(found, 'list_runbooks'), chosen?.record],
    )
  if (runbooks.length > 0)
    writer.say(
      fits[0]
        ? `What fits the trouble that was seen is ${fits[0].runbook.id} (${fits[0].runbook.name}).`
        : `There ${runbooks.length === 1 ? 'is the runbook' : 'are the runbooks'} ${listed(runbooks.map(({ id, name }) => `${id} (${name})`))}.`,
      fits[0]?.record ?? callId(found, 'list_runbooks'),
    )
  sayCommand(writer, situation, found)
  if (ref) writer.suggest(`What should I do about ${ref.name}?`, `Is ${ref.name} healthy?`)
  if (fits[0]) writer.suggest(`Run ${fits[0].runbook.id}`)
  return writer.suggest('Which runbooks do we have?').draft
}

/** A command that a person could run, where a finding has one; as it stands it changes nothing. */
function sayCommand(writer: DraftWriter, situation: Situation, found: Found): void {
  for (const { value, record } of seenOf(situation, found)?.findings ?? [])
    for (const { text, command } of value.remediation)
      if (command) {
        writer.step(
          `By hand, for ${value.object.kind} ${value.object.name}: ${text.replace(/\.$/, '')}; ${command.includes('--dry-run') ? 'as a dry run' : 'to see it'}: \`${command.replace(/`/g, "'")}\`.`,
          record,
        )
        return
      }
}
