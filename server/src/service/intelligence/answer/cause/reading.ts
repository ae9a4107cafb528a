import type { EntityRef } from '@aiops/contract/model/answer'
import { changedName } from '../../tool/change.ts'
import { type IncidentStory, storyPlaces } from '../../tool/incident-detail.ts'
import type { Found, Situation } from '../answerer.ts'
import type { Cited, DraftWriter } from '../draft.ts'
import { signalText } from '../health/signal.ts'
import { shortened } from '../incident/list.ts'
import { isPartOf, spoken } from '../subject.ts'
import { durationText, listed, momentText, percentText } from '../words.ts'
import { aboutOf, type Seen, seenOf } from './suspect.ts'

export type Told = { text: string; cites: Cited[] }

/** What somebody's system wrote, as a quotation: one line, bounded. */
export const quoted = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').replace(/[“”`]/g, '"').trim()
  return `“${line.length > 160 ? `${line.slice(0, 159)}…` : line}”`
}

/** What is wrong with the suspect in one breath, from what was seen there: log, change, findings, measurements. Undefined where nothing was. */
export function seenText(
  { suspect, onset, change, log, signals, findings }: Seen,
  nowMs: number,
): Told | undefined {
  const { name } = suspect.ref
  const worst = findings.find(({ value }) => value.severity === 'CRITICAL' || value.severity === 'HIGH')
  if (worst && !log)
    return {
      text: `${findingText(worst.value)}${worst.value.since ? `, since ${momentText(worst.value.since, nowMs)}` : ''}`,
      cites: [worst.record],
    }
  if (!log && !change) return undefined
  const parts: string[] = []
  if (log) parts.push(`its logs say ${quoted(log.value.example)} (${log.value.count} times)`)
  else if (signals[0]) parts.push(signalText(signals[0]))
  if (change && onset) parts.push(`it began ${gapText(change.value.at, onset)} ${changeText(change.value)}`)
  const since = onset ? ` since ${momentText(onset, nowMs)}` : ''
  return {
    text: `${name} is in trouble${since}: ${listed(parts)}`,
    cites: [log?.record, change?.record, ...(log ? [] : [signals[0]?.record])],
  }
}

/** The object is named once. */
export const findingText = ({
  object,
  title,
}: {
  object: { kind: string; name: string }
  title: string
}): string =>
  title.includes(object.name) ? shortened(title) : `${object.kind} ${object.name}: ${shortened(title)}`

const gapText = (changedAt: string, onset: string): string => {
  const gap = Date.parse(onset) - Date.parse(changedAt)
  if (gap < 0) return 'with'
  return gap < 60_000 ? 'right after' : `${durationText(gap)} after`
}

/** `the deployment of billing 2.6.3 → 2.7.0 (release-bot)`. */
export const changeText = (
  change: Parameters<typeof changedName>[0] & { summary: string; actor?: string | undefined },
): string =>
  `a change of ${changedName(change)}: ${change.summary}${change.actor ? ` (by ${change.actor})` : ''}`

/** Says why: the thing that was asked about, what it comes from, and since when. */
export function sayReason(writer: DraftWriter, situation: Situation, found: Found, opening: string): boolean {
  const ref = aboutOf(situation, found)
  const seen = seenOf(situation, found)
  const { nowMs } = situation
  const told = seen && seenText(seen, nowMs)
  const story = found.output('get_incident')
  if (seen && told) {
    const path = seen.suspect.path
    const name = ref?.name ?? seen.suspect.ref.name
    writer.headline(
      path.length === 0
        ? `${opening}${told.text}.`
        : `${opening}${name} most likely suffers from ${seen.suspect.ref.name}, which it ${wayText(seen)}. ${told.text}.`,
      [...told.cites, ...path.map(({ record }) => record)],
    )
    return true
  }
  const cause = story?.diagnosis?.causes[0]
  const finding = seen?.findings[0] ?? ownFinding(found, ref)
  if (finding && (!cause || !isPartOf(refLike(ref), cause.entity))) {
    writer.headline(
      `${opening}${shortened(finding.value.title)}${finding.value.since ? `, since ${momentText(finding.value.since, nowMs)}` : ''}.`,
      finding.record,
    )
    return true
  }
  if (!story || !cause) return false
  const { causes, evidence } = storyPlaces(story)
  const records = found.of('get_incident')?.records ?? []
  writer.headline(
    `${opening}${likely[cause.confidence]} ${spoken(cause.entity)} (${percentText(cause.probability)}): ${shortened(cause.sentence)}.`,
    [records[causes[0] ?? 0], records[evidence[0]?.[0] ?? 0]],
  )
  return true
}

const likely = { HIGH: 'most likely', MEDIUM: 'probably', LOW: 'possibly' } as const
const refLike = (ref: EntityRef | undefined): Pick<EntityRef, 'kind' | 'name' | 'id'> =>
  ref ?? { kind: 'SERVICE', name: '', id: '' }

function wayText(seen: Seen): string {
  const names = seen.suspect.path.map(({ neighbour }) => spoken(neighbour.id))
  return names.length < 2 ? 'calls' : `calls by way of ${listed(names.slice(0, -1))}`
}

function ownFinding(found: Found, ref: EntityRef | undefined) {
  if (!ref) return undefined
  return (found.output('list_findings')?.findings ?? []).map((value, i) => ({
    ...{ value, record: found.record('list_findings', i) },
  }))[0]
}

/** Facts beside the headline: measurements, what suffers with it, what it needs and whether that is well. */
export function sayCircumstances(writer: DraftWriter, situation: Situation, found: Found): void {
  const seen = seenOf(situation, found)
  if (!seen) return
  const { name } = seen.suspect.ref
  if (seen.signals.length > 0)
    writer.say(
      `${name}: ${listed(seen.signals.map(signalText))}.`,
      seen.signals.map(({ record }) => record),
    )
  const findings = seen.findings.slice(0, 2)
  for (const { value, record } of findings)
    if (!writer.draft.claims.some(({ text }) => text.includes(shortened(value.title))))
      writer.say(`${findingText(value)}.`, record)
  if (seen.change && seen.onset && !writer.draft.claims[0]?.text.includes(seen.change.value.summary))
    writer.say(
      `Before it, ${changeText(seen.change.value)}, at ${momentText(seen.change.value.at, situation.nowMs)}.`,
      seen.change.record,
    )
  const alerts = seen.alerts.slice(0, 3)
  if (alerts.length > 0)
    writer.say(
      `For ${name} ${alerts.length === 1 ? 'the alert' : 'the alerts'} ${listed(alerts.map(({ value }) => `${value.name} (${value.severity}, since ${momentText(value.starts_at, situation.nowMs)})`))} ${alerts.length === 1 ? 'fires' : 'fire'}.`,
      alerts.map(({ record }) => record),
    )
}

/** What the diagnosis of the incident says, and where it differs from what stands nearest. */
export function sayDiagnosis(writer: DraftWriter, situation: Situation, found: Found): void {
  const story = found.output('get_incident')
  const records = found.of('get_incident')?.records ?? []
  if (!story) return
  writer.about(story.id)
  const { diagnosis } = story
  const first = diagnosis?.causes[0]
  if (!diagnosis || !first) {
    writer.caveat(`INC-${story.number} has no diagnosis with a cause yet.`, records[0])
    return
  }
  const { causes, evidence } = storyPlaces(story)
  if (!writer.draft.claims.some(({ text }) => text.includes(shortened(first.sentence))))
    writer.say(
      `The diagnosis of INC-${story.number} puts ${spoken(first.entity)} first (${percentText(first.probability)}): ${shortened(first.sentence)}. For something that was not seen ${percentText(diagnosis.unknown_probability)} are left.`,
      [records[causes[0] ?? 0], records[evidence[0]?.[0] ?? 0], records[0]],
    )
  else
    writer.say(
      `For something that was not seen ${percentText(diagnosis.unknown_probability)} are left.`,
      records[0],
    )
  const seen = seenOf(situation, found)
  const differs = seen && seenText(seen, situation.nowMs) && !isPartOf(seen.suspect.ref, first.entity)
  if (!differs) return
  const own = diagnosis.causes.findIndex(({ entity }) => isPartOf(seen.suspect.ref, entity))
  writer.caveat(
    `The two readings differ: the diagnosis ranks ${spoken(first.entity)} above ${seen.suspect.ref.name}${own > 0 ? ` (${percentText(diagnosis.causes[own]?.probability ?? 0)})` : ''}, while what was seen at ${seen.suspect.ref.name} itself fits in time. Check ${seen.suspect.ref.name} first.`,
    [
      records[causes[0] ?? 0],
      ...(own > 0 ? [records[causes[own] ?? 0]] : []),
      seen.change?.record,
      seen.log?.record,
    ],
  )
}

/** What was looked at and found well, and what could not be judged. */
export function sayRuledOut(writer: DraftWriter, story: IncidentStory, found: Found): void {
  const records = found.of('get_incident')?.records ?? []
  const { checked } = storyPlaces(story)
  const by = (verdict: string) =>
    (story.diagnosis?.checked ?? [])
      .map((one, i) => ({ ...one, record: records[checked[i] ?? 0] }))
      .filter((one) => one.verdict === verdict)
  const [healthy, symptoms, unseen] = ['HEALTHY', 'SYMPTOM', 'NO_DATA'].map(by)
  if (symptoms && symptoms.length > 0)
    writer.say(
      `Symptoms, not causes: ${listed(symptoms.map(({ entity }) => spoken(entity)))}.`,
      symptoms.map(({ record }) => record),
    )
  if (healthy && healthy.length > 0)
    writer.say(
      `Checked and as usual: ${listed([...new Set(healthy.map(({ entity }) => spoken(entity)))], 8)}.`,
      healthy.map(({ record }) => record),
    )
  if (unseen && unseen.length > 0)
    writer.caveat(
      `Not enough measurements to judge: ${listed([...new Set(unseen.map(({ entity }) => spoken(entity)))], 6)}.`,
      unseen.map(({ record }) => record),
    )
  for (const reason of story.diagnosis?.degraded ?? []) writer.couldNot('part of the diagnosis', reason)
}
