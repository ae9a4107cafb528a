import type { EvidenceRecord } from '@aiops/contract/model/answer'
import type { IncidentStory } from '../../tool/incident-detail.ts'
import type { RunbookLine } from '../../tool/runbook.ts'
import { type Answerer, type Found, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { failed, shortened } from '../incident/list.ts'
import { affectedNames, callId, chosenIncident, namedOf, spoken } from '../subject.ts'
import { counted, listed } from '../words.ts'
import { sayReason } from './reading.ts'
import { asked, nextReason, planReason, type Seen, seenOf } from './suspect.ts'
import { sayUnseen } from './why.ts'

export type Fit = { runbook: RunbookLine; record: EvidenceRecord | undefined; why: string }

/** Kinds of trouble that were seen, in the words runbooks match on: what the diagnosis says of the thing, and what was seen at it. */
export function categoriesOf(story: IncidentStory | undefined, seen: Seen | undefined): ReadonlySet<string> {
  const found = new Set<string>()
  const cause = story?.diagnosis?.causes[0]
  if (cause) found.add(cause.category)
  for (const { name, isWorse } of seen?.signals ?? []) if (isWorse) found.add(signalCategory[name])
  if (seen?.change?.value.kind === 'ROLLOUT') found.add('DEPLOY')
  for (const { value } of seen?.findings ?? []) if (/oom|memory/.test(value.rule)) found.add('MEMORY')
  return found
}
const signalCategory = { latency: 'LATENCY', errors: 'ERRORS', traffic: 'TRAFFIC', pool: 'POOL' } as const

/** Runbooks for the trouble that was seen: those that the diagnosis suggests, then those whose kinds of trouble were seen. */
export function fittingRunbooks(situation: Situation, found: Found): Fit[] {
  const story = found.output('get_incident')
  const seen = seenOf(situation, found)
  const categories = categoriesOf(story, seen)
  const suggested = new Set(
    (story?.diagnosis?.causes ?? []).slice(0, 2).flatMap(({ suggested_runbook_id: id }) => (id ? [id] : [])),
  )
  const entities = new Set([...(story?.affected_entities ?? []), ...(seen ? [seen.suspect.id] : [])])
  const all = (found.output('list_runbooks')?.runbooks ?? []).map((runbook, i) => ({
    ...{ runbook, record: found.record('list_runbooks', i) },
  }))
  return all
    .flatMap(({ runbook, record }): (Fit & { rank: number })[] => {
      const kinds = runbook.match.categories.filter((one) => categories.has(one))
      const isFor =
        runbook.match.entities.length === 0 ||
        runbook.match.entities.some((one) => [...entities].some((id) => id === one || spoken(id) === one))
      if (suggested.has(runbook.id)) return [{ runbook, record, why: 'the diagnosis suggests it', rank: 0 }]
      if (kinds.length > 0 && isFor)
        return [
          { runbook, record, why: `it is for trouble of the kind ${listed(kinds)}, which was seen`, rank: 1 },
        ]
      return []
    })
    .sort((a, b) => a.rank - b.rank)
}

/** NEXT_STEPS: what can be done, by whom, and what it would change. */
export const nextSteps: Answerer = {
  intent: 'NEXT_STEPS',
  plan: (situation) => [...planReason(situation), planned('list_runbooks', {})],
  next: (situation, found, round) => nextReason(situation, found, round),
  compose(situation, found) {
    const writer = new DraftWriter()
    const isSaid = sayReason(writer, situation, found, '')
    const ref = asked(situation)
    const steps = [
      ...runbookSteps(writer, situation, found),
      ...changeSteps(writer, situation, found),
      ...findingSteps(writer, situation, found),
    ]
    if (!isSaid && steps.length === 0) {
      writer.headline(
        ref
          ? `Nothing is known to be wrong with ${ref.name}, so there is nothing to do about it.`
          : 'No incident is open, so nothing has to be done now.',
        found.calls.filter(({ status }) => status !== 'FAILED').map(({ id }) => id),
      )
      sayUnseen(writer, found)
      return writer.suggest('What is broken?', 'Which runbooks do we have?').draft
    }
    if (!isSaid)
      writer.headline(`What can be done about ${ref?.name ?? 'it'}: ${listed(steps)}.`, [
        callId(found, 'list_runbooks'),
        callId(found, 'list_findings'),
      ])
    if (steps.length === 0)
      writer.caveat('No runbook fits and no finding names a remedy; a person has to look.', [
        callId(found, 'list_runbooks'),
        callId(found, 'list_findings'),
      ])
    const chosen = chosenIncident(situation, found)
    if (chosen) writer.about(chosen.incident.id)
    sayUnseen(writer, found)
    const name = ref?.name ?? affectedNames(chosen?.incident ?? { affected_entities: [] })[0]
    if (name) writer.suggest(`Why is ${name} failing?`, `What changed on ${name}?`, `Who owns ${name}?`)
    return writer.draft
  },
}

/** A proposal that waits comes first; else what fits, with its steps. */
function runbookSteps(writer: DraftWriter, situation: Situation, found: Found): string[] {
  const outcome = found.of('get_incident')
  const story = outcome?.output
  const waiting = story?.remediations.find(({ status }) => status === 'PENDING_APPROVAL')
  if (story && waiting)
    writer.step(
      `Approve or reject ${waiting.runbook_id} (${waiting.runbook_name}), which waits on the page of INC-${story.number}: ${listed(waiting.plan.filter(({ phase }) => phase === 'STEP').map(({ sentence }) => sentence))}.`,
      outcome.records.find(
        ({ type, fields }) => type === 'RUNBOOK' && fields.runbook_id === waiting.runbook_id,
      ),
    )
  const fits = fittingRunbooks(situation, found).filter(({ runbook }) => runbook.id !== waiting?.runbook_id)
  for (const { runbook, record, why } of fits.slice(0, 2))
    writer.step(`Runbook ${runbook.id} (${runbook.name}): ${why}. ${runbookText(runbook)}`, record)
  return [...(waiting ? [waiting.runbook_id] : []), ...fits.slice(0, 2).map(({ runbook }) => runbook.id)]
}

const runbookText = (runbook: RunbookLine): string =>
  `${counted(runbook.steps.length, 'step')}: ${listed(runbook.steps.map(({ sentence }) => sentence))}. ${runbook.approval_required ? 'It runs only once a person has approved it.' : 'It needs no approval.'}`

/** A change just before is what can be taken back. */
function changeSteps(writer: DraftWriter, situation: Situation, found: Found): string[] {
  const seen = seenOf(situation, found)
  const change = seen?.change
  if (!seen || !change) return []
  const field = change.value.fields.find(({ before, after }) => before !== null && after !== null)
  writer.step(
    `Consider taking back the change just before it: ${change.value.summary}${field ? `; ${field.path} was ${shortened(field.before ?? '')}` : ''}.${change.value.actor ? ` It was made by ${change.value.actor}.` : ''}`,
    change.record,
  )
  return [`taking back "${change.value.summary}"`]
}

/** What the rules advise, with the command as a dry run. */
function findingSteps(writer: DraftWriter, situation: Situation, found: Found): string[] {
  const seen = seenOf(situation, found)
  const own = seen?.findings ?? []
  const ref = asked(situation)
  const all =
    own.length > 0 || !ref
      ? own
      : (found.output('list_findings')?.findings ?? []).map((value, i) => ({
          value,
          record: found.record('list_findings', i),
        }))
  const texts: string[] = []
  for (const { value, record } of all.slice(0, 3))
    for (const { text, command } of value.remediation.slice(0, 2)) {
      if (texts.includes(text)) continue
      texts.push(text)
      writer.step(
        `${value.object.kind} ${value.object.name}: ${text.replace(/\.$/, '')}${command ? `. ${command.includes('--dry-run') ? 'As a dry run' : 'To see it'}: \`${command.replace(/`/g, "'")}\`` : ''}.`,
        record,
      )
    }
  return texts
}

/** LIST_RUNBOOKS: which there are, and which fits. */
export const listRunbooks: Answerer = {
  intent: 'LIST_RUNBOOKS',
  plan: (situation) => [
    planned('list_runbooks', {}),
    ...(isAboutSomething(situation) ? planReason(situation) : []),
  ],
  next: (situation, found, round) => (isAboutSomething(situation) ? nextReason(situation, found, round) : []),
  compose(situation, found) {
    const writer = new DraftWriter()
    if (failed(found, writer, 'list_runbooks', 'runbooks')) return writer.draft
    const runbooks = found.output('list_runbooks')?.runbooks ?? []
    const call = callId(found, 'list_runbooks')
    const fits = isAboutSomething(situation) ? fittingRunbooks(situation, found) : []
    const chosen = isAboutSomething(situation) ? chosenIncident(situation, found) : undefined
    const about = chosen ? `INC-${chosen.incident.number}` : (asked(situation)?.name ?? 'it')
    if (chosen) writer.about(chosen.incident.id)
    if (runbooks.length === 0) writer.headline('There are no runbooks.', call)
    else if (fits[0])
      writer.headline(`Yes: ${fits[0].runbook.id} (${fits[0].runbook.name}) fits ${about}; ${fits[0].why}.`, [
        fits[0].record,
        chosen?.record,
      ])
    else if (isAboutSomething(situation))
      writer.headline(
        `No runbook fits ${about}. There ${runbooks.length === 1 ? 'is one' : `are ${runbooks.length}`}: ${listed(runbooks.map(({ id }) => id))}.`,
        call,
      )
    else
      writer.headline(
        `There ${runbooks.length === 1 ? 'is 1 runbook' : `are ${runbooks.length} runbooks`}: ${listed(runbooks.map(({ id, name }) => `${id} (${name})`))}.`,
        call,
      )
    for (const { runbook, record } of fits.slice(0, 2)) writer.say(runbookText(runbook), record)
    writer.table(
      'Runbooks',
      [
        { key: 'id', title: 'Runbook' },
        { key: 'name', title: 'What it does' },
        { key: 'for', title: 'For trouble of the kind' },
        { key: 'approval', title: 'Approval' },
      ],
      runbooks.map((runbook, i) => ({
        cells: {
          ...{ id: runbook.id, name: runbook.name, for: listed(runbook.match.categories) || 'any' },
          approval: runbook.approval_required ? 'by a person' : 'not needed',
        },
        cites: found.record('list_runbooks', i),
      })),
      rowsOf(situation.persona.depth),
      found.output('list_runbooks')?.total,
    )
    if (fits[0]) writer.suggest(`Run ${fits[0].runbook.id}`, `What should I do about ${about}?`)
    return writer.suggest('What is broken?').draft
  },
}

/** "Which runbooks do we have" is about all of them. */
const isAboutSomething = (situation: Situation): boolean =>
  asked(situation) !== undefined ||
  namedOf(situation, 'INCIDENT') !== undefined ||
  namedOf(situation, 'ALERT') !== undefined ||
  /\b(incident|this|that|it)\b/i.test(situation.question.text)
