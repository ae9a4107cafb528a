import type { EntityRef } from '@aiops/contract/model/answer'
import { changedName } from '../../tool/change.ts'
import { storyPlaces } from '../../tool/incident-detail.ts'
import { type Answerer, type Found, planned, type Situation } from '../answerer.ts'
import { DraftWriter } from '../draft.ts'
import { shortened } from '../incident/list.ts'
import { callId, isPartOf, spoken, subjectsOf } from '../subject.ts'
import { durationText, listed, percentText } from '../words.ts'
import { sayDiagnosis, sayReason, seenText } from './reading.ts'
import { nextReason, planReason, refOf, seenOf, suspectOf } from './suspect.ts'
import { rootCause } from './why.ts'

/** IS_INVOLVED: whether a thing, or a change, has to do with the trouble of another. */
export const isInvolved: Answerer = {
  intent: 'IS_INVOLVED',
  plan: (situation) => [...planReason(aside(situation).situation), planned('list_changes', { limit: 100 })],
  next: (situation, found, round) => nextReason(aside(situation).situation, found, round),
  compose(situation, found) {
    const { situation: about, accused: named } = aside(situation)
    const accused = named ?? accusedKind(situation, found)
    const change = accusedChange(situation, found, accused)
    if (change) return composeChange(about, found, change)
    if (!accused) {
      const draft = rootCause.compose(about, found)
      const notion = notionOf(situation)
      const cites = found.calls.slice(0, 3).map(({ id }) => id)
      if (notion)
        draft.claims.unshift(
          ...new DraftWriter().headline(
            `Nothing that is seen here measures ${notion} by itself, so it can be neither shown nor ruled out; what was seen points elsewhere:`,
            cites,
          ).draft.claims,
        )
      return draft
    }
    return composeThing(about, found, accused)
  },
}

/** The thing that is suspected, apart from the one whose trouble it is about. */
function aside(situation: Situation): { situation: Situation; accused: EntityRef | undefined } {
  const things = subjectsOf(situation)
  const { question } = situation
  if (things.length < 2) {
    // "Is search involved in the incident": the one thing is the suspect where the incident is named apart from it.
    const isApart =
      things.length === 1 && question.entities.some(({ kind }) => kind === 'INCIDENT' || kind === 'ALERT')
    return isApart || (things.length === 1 && !question.isFollowUp && asksOf(things[0]!, question.text))
      ? { situation: without(situation, isApart ? things[0] : undefined), accused: things[0] }
      : { situation, accused: undefined }
  }
  // A place is where the trouble is, rather than what makes it.
  const place = things.find(({ kind }) => kind === 'NAMESPACE' || kind === 'CLUSTER')
  const victim = things.find(({ name }) => isVictim(name, question.text)) ?? place ?? things.at(-1)!
  const accused = things.find((one) => one !== victim)
  return { situation: without(situation, accused), accused }
}

const without = (situation: Situation, ref: EntityRef | undefined): Situation =>
  ref
    ? {
        ...situation,
        question: {
          ...situation.question,
          entities: situation.question.entities.filter((one) => one !== ref),
        },
      }
    : situation

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const trouble =
  '(?:incident|outage|problem|problems|trouble|error|errors|failure|failures|issue|latency|slowness|fault)'
const isVictim = (name: string, text: string): boolean =>
  new RegExp(`${escaped(name)}(?:'s)? ${trouble}`, 'i').test(text)
/** "Is gateway to blame …" asks of gateway; "did the deployment break billing" does not. */
const asksOf = ({ name }: EntityRef, text: string): boolean =>
  new RegExp(
    `\\b(?:is|was|are|were|has|have|could|can|did|does|might|isn't|isnt|wasn't|it's|its|not) (?:the |our )?(?:\\w+ (?:of|on) )?${escaped(name)}\\b`,
    'i',
  ).test(text) && !isVictim(name, text)

/** "Is it dns": what is suspected and is neither a thing nor a change that is known here. */
const notionOf = ({ question: { text } }: Situation): string | undefined =>
  /^\W*(?:and |so |but |hey |ok )*(?:is|was|could|can|might|may) (?:it|this|that)(?: be)? (?:just |maybe |again |all )?(?:the |a |an |our )?([a-z][\w-]{1,30})(?: again)?\W*$/i.exec(
    text,
  )?.[1]

/** "Is it the database": the one that the thing calls. */
function accusedKind(situation: Situation, found: Found): EntityRef | undefined {
  if (!/\b(database|db|datastore)\b/i.test(situation.question.text)) return undefined
  const one = found
    .output('get_topology')
    ?.entities.find(
      ({ direction, kind, id, labels }) =>
        direction === 'DOWN' &&
        (kind === 'database' ||
          labels.component === 'database' ||
          /(^|[-_])(db|database|postgres|mysql|redis)\b/.test(spoken(id))),
    )
  return one && refOf(one.id)
}

type Suspected = { index: number; isLast: boolean }

/** A change that the question names by its words, or "the last deployment". */
function accusedChange(
  situation: Situation,
  found: Found,
  accused: EntityRef | undefined,
): Suspected | undefined {
  const text = situation.question.text.toLowerCase()
  const changes = found.output('list_changes')?.changes ?? []
  const names = new Set(subjectsOf(situation).map(({ name }) => name.toLowerCase()))
  const words = new Set(
    (text.match(/[a-z0-9][a-z0-9._-]{3,}/g) ?? []).filter((word) => /[-._\d]/.test(word) && !names.has(word)),
  )
  const named = changes.findIndex(({ summary, fields, object }) => {
    const said = `${summary} ${fields.map(({ path }) => path).join(' ')} ${object?.name ?? ''}`.toLowerCase()
    return [...words].some((word) => said.includes(word))
  })
  if (named >= 0) return { index: named, isLast: false }
  if (accused || !/\b(deploy\w*|rollout|roll-out|release\w*|upgrade|flag|config\w*|change)\b/.test(text))
    return undefined
  const subject = suspectOf(situation, found)
  const last = changes.findIndex(
    ({ entities }) => subject !== undefined && entities.some((id) => isPartOf(subject.ref, id)),
  )
  return last >= 0 ? { index: last, isLast: true } : undefined
}

function composeChange(situation: Situation, found: Found, { index }: Suspected) {
  const writer = new DraftWriter()
  const change = found.output('list_changes')!.changes[index]!
  const record = found.record('list_changes', index)
  const seen = seenOf(situation, found)
  const onset = seen?.onset ?? found.output('get_incident')?.started_at ?? null
  const what = `${change.summary} (${changedName(change)}${change.actor ? `, by ${change.actor}` : ''})`
  const ago = durationText(situation.nowMs - Date.parse(change.at))
  const isOwn = seen?.change?.value.id === change.id
  const gap = onset === null ? undefined : Date.parse(onset) - Date.parse(change.at)
  if (!seen || gap === undefined)
    writer.headline(`Not known: ${what} was ${ago} ago, but nothing shows when the trouble began.`, record)
  else if (isOwn)
    writer.headline(
      `Yes, most likely: ${what} was ${ago} ago, ${gap < 60_000 ? 'right' : durationText(gap)} before ${seen.suspect.ref.name} got into trouble.`,
      [record, seen.log?.record ?? seen.alerts[0]?.record],
    )
  else {
    const other = seen.change
    writer.headline(
      `Unlikely: ${what} was ${ago} ago, ${gap >= 0 ? `${durationText(gap)} before` : `${durationText(-gap)} after`} the trouble of ${seen.suspect.ref.name} began${entitiesOf(change.entities, seen.suspect.ref) ? '' : ', and it is not a change of it'}.`,
      [record, seen.log?.record ?? seen.alerts[0]?.record],
    )
    if (other)
      writer.say(`Nearer is ${other.value.summary}, ${gapWords(onset!, other.value.at)}.`, other.record)
  }
  const told = seen && seenText(seen, situation.nowMs)
  if (told) writer.say(`${told.text}.`, told.cites)
  sayDiagnosis(writer, situation, found)
  return writer.suggest('What is the root cause?', 'What changed in the last two hours?').draft
}

const gapWords = (onset: string, at: string): string => {
  const gap = Date.parse(onset) - Date.parse(at)
  return gap >= 0 ? `${durationText(gap)} before it began` : `${durationText(-gap)} after it began`
}
const entitiesOf = (ids: readonly string[], ref: EntityRef): boolean => ids.some((id) => isPartOf(ref, id))

function composeThing(situation: Situation, found: Found, accused: EntityRef) {
  const writer = new DraftWriter()
  const outcome = found.of('get_incident')
  const story = outcome?.output
  const seen = seenOf(situation, found)
  const name = accused.name
  if (!story || !outcome) {
    writer.headline(`No: no open incident was found that ${name} could be involved in.`, [
      callId(found, 'list_incidents'),
      outcome?.call.id,
    ])
    return writer.suggest(`Is ${name} healthy?`, 'Which incidents are open?').draft
  }
  writer.about(story.id)
  const places = storyPlaces(story)
  const at = (place: number | undefined) => outcome.records[place ?? 0]
  const causes = story.diagnosis?.causes ?? []
  const cause = causes.findIndex(({ entity }) => isPartOf(accused, entity))
  const checks = (story.diagnosis?.checked ?? [])
    .map((one, i) => ({ one, i }))
    .filter(({ one }) => isPartOf(accused, one.entity))
  const check = checks.find(({ one }) => one.verdict !== 'NO_DATA') ?? checks[0]
  const percent = cause >= 0 ? percentText(causes[cause]!.probability) : undefined
  const cites = [at(places.causes[cause]), check && at(places.checked[check.i]), at(places.incident)]
  const inc = `INC-${story.number}`
  const affected = story.affected_entities.some((id) => isPartOf(accused, id))
  const isSuspect =
    seen !== undefined && seenText(seen, situation.nowMs) !== undefined && isPartOf(accused, seen.suspect.id)
  const weight = percent ? `; the diagnosis gives it ${percent}` : ''
  if (isSuspect)
    writer.headline(`Yes: what was seen points to ${name} as the cause of ${inc}${weight}.`, [
      ...cites,
      seen.log?.record,
      seen.change?.record,
    ])
  else if (cause === 0 && causes[0]!.probability >= 0.5 && !(seen && seenText(seen, situation.nowMs)))
    writer.headline(
      `Yes: the diagnosis of ${inc} holds ${name} to be the cause (${percent}): ${shortened(causes[0]!.sentence)}.`,
      cites,
    )
  else if (check?.one.verdict === 'SYMPTOM' || affected)
    writer.headline(`No, not to blame: ${name} is affected by ${inc}, as a symptom of it${weight}.`, cites)
  else if (check?.one.verdict === 'HEALTHY')
    writer.headline(`No: ${shortened(check.one.sentence)} in the time of ${inc}${weight}.`, cites)
  else if (check?.one.verdict === 'NO_DATA')
    writer.headline(
      `Not known: there are not enough measurements of ${name} to judge it${weight}. Nothing speaks for it either.`,
      cites,
    )
  else if (percent)
    writer.headline(`Unlikely, but not ruled out: the diagnosis of ${inc} gives ${name} ${percent}.`, cites)
  else
    writer.headline(
      `There is no sign of it: ${name} is not among what ${inc} affects, nor among what its diagnosis looked at.`,
      at(places.incident),
    )
  if (cause >= 0 && causes[cause]!.evidence.length > 0)
    writer.say(
      `What speaks for it: ${listed(causes[cause]!.evidence.slice(0, 2).map(({ sentence }) => shortened(sentence)))}.`,
      (places.evidence[cause] ?? []).slice(0, 2).map(at),
    )
  const victim = subjectsOf(situation).find(({ name: other }) => other !== name)
  if (affected && victim && story.affected_entities.some((id) => isPartOf(victim, id)))
    writer.say(`${name} and ${victim.name} belong together: both are in ${inc}.`, at(places.incident))
  if (!isSuspect) sayReason(writer, situation, found, '')
  demoteLaterHeadlines(writer)
  sayDiagnosis(writer, situation, found)
  return writer.suggest(`Why ${inc}?`, `Is ${name} healthy?`, `What depends on ${name}?`).draft
}

/** The verdict is the headline; what it really comes from is a fact beside it. */
function demoteLaterHeadlines(writer: DraftWriter): void {
  for (const claim of writer.draft.claims.slice(1)) if (claim.role === 'HEADLINE') claim.role = 'FACT'
}
