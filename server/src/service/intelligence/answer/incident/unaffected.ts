import { type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import {
  affectedNames,
  callId,
  isPartOf,
  type Known,
  knownIncidents,
  openIncidents,
  spoken,
  subjectOf,
} from '../subject.ts'
import { counted, listed, percentText } from '../words.ts'

const kinds = ['service', 'database', 'queue'] as const
const namesMax = 20

/** "Which services are not affected", "does anything still work", "how many services have problems, of how many": both sides, counted. */
export const unaffectedCalls: readonly PlannedCall[] = [
  openIncidents,
  planned('list_alerts', { limit: 200 }),
  planned('get_topology', { kinds: [...kinds], limit: 200 }),
]

export function composeUnaffected(situation: Situation, found: Found) {
  const writer = new DraftWriter()
  const topology = found.output('get_topology')
  const call = callId(found, 'get_topology')
  if (!topology) {
    writer.couldNot('which services there are', found.of('get_topology')?.call.sentence ?? 'not asked')
    return writer
      .outcome('UNANSWERABLE')
      .headline('Not known: which services there are could not be looked at.', [
        call,
        callId(found, 'list_incidents'),
      ]).draft
  }
  const ref = subjectOf(situation)
  const all = knownIncidents(found)
  const ofRef = ref ? knownIncidents(found, ref).slice(0, 1) : []
  const incidents = ofRef.length > 0 ? ofRef : all
  const services = topology.entities
    .map((one, i) => ({
      ...{ one, record: found.record('get_topology', i), trouble: troubleOf(one, incidents, all, found) },
    }))
    // The same name in another cluster is the same service to whoever asks.
    .filter(({ one }, i, every) => every.findIndex((other) => spoken(other.one.id) === spoken(one.id)) === i)
  const hit = services.filter(({ trouble }) => trouble.isOfThese)
  const others = services.filter(({ trouble }) => !trouble.isOfThese && trouble.text !== undefined)
  const well = services.filter(({ trouble }) => trouble.text === undefined)
  const names = (some: typeof services): string =>
    listed([...new Set(some.map(({ one }) => spoken(one.id)))], namesMax)
  const cites = [call, callId(found, 'list_incidents'), callId(found, 'list_alerts')]
  const [about] = ofRef
  const what = about
    ? `by INC-${about.incident.number} (${listed(affectedNames(about.incident))})`
    : 'by any open incident'
  const free = services.length - hit.length
  const isPart = topology.total > topology.entities.length
  const ofAll = `of ${services.length}${isPart ? ' that were looked at' : ''}`
  const sayFree = () =>
    writer.say(
      `${counted(free, 'service')} ${ofAll} ${free === 1 ? 'is' : 'are'} not affected ${what}${free > 0 ? `: ${names([...well, ...others])}` : ''}.`,
      [...cites, about?.record],
      situation.question.slots.count ? 'FACT' : 'HEADLINE',
    )
  const sayHit = () =>
    writer.say(
      `${counted(hit.length, 'service')} ${ofAll} ${hit.length === 1 ? 'is' : 'are'} affected ${what}${hit.length > 0 ? `: ${names(hit)}` : ''}.`,
      [...hit.map(({ record }) => record), ...cites],
      situation.question.slots.count ? 'HEADLINE' : 'FACT',
    )
  sayFree()
  sayHit()
  for (const { one, record, trouble } of others.slice(0, 3))
    writer.say(`${spoken(one.id)} has other trouble: ${trouble.text}.`, [record, ...trouble.cites])
  for (const [title, some] of [
    ['Affected', hit],
    ['Not affected', [...others, ...well]],
  ] as const)
    writer.table(
      title,
      [
        { key: 'name', title: 'Service' },
        { key: 'state', title: 'State' },
        { key: 'errors', title: 'Errors' },
        { key: 'owner', title: 'Owner' },
      ],
      some.map(({ one, record, trouble }) => ({
        cells: {
          ...{ name: spoken(one.id), state: trouble.text ?? 'no known trouble', owner: one.owner },
          errors: one.error_ratio === null ? null : percentText(one.error_ratio),
        },
        cites: [record, ...trouble.cites],
      })),
      rowsOf(situation.persona.depth) * 2,
    )
  writer.caveat('Not affected means: no open incident, alert or failing call names it.', cites)
  if (isPart)
    writer.caveat(
      `Looked at ${topology.entities.length} of ${topology.total} services, databases and queues; nothing is said of the others.`,
      call,
    )
  if (about) writer.about(about.incident.id)
  return writer.suggest('What is broken?', 'Which services are slowest?').draft
}

type Service = { id: string; kind: string; health: string }
type OfService = {
  isOfThese: boolean
  text: string | undefined
  cites: readonly (Known['record'] | undefined)[]
}

/** What is known against a service: the incident it is in, an alert above INFO, else its own state. */
function troubleOf(one: Service, these: readonly Known[], all: readonly Known[], found: Found): OfService {
  const ref = { kind: 'SERVICE' as const, name: spoken(one.id), id: one.id }
  const holds = ({ incident }: Known) => incident.affected_entities.some((id) => isPartOf(ref, id))
  const incident = these.find(holds) ?? all.find(holds)
  if (incident)
    return {
      ...{ isOfThese: these.includes(incident), cites: [incident.record] },
      text: `INC-${incident.incident.number} (${incident.incident.severity})`,
    }
  const alerts = found.output('list_alerts')?.alerts ?? []
  const i = alerts.findIndex(
    ({ entity, severity, silenced }) =>
      entity !== undefined && severity !== 'INFO' && !silenced && isPartOf(ref, entity),
  )
  if (i >= 0)
    return { isOfThese: false, text: `alert ${alerts[i]!.name}`, cites: [found.record('list_alerts', i)] }
  const isIll = one.health === 'FAILING' || one.health === 'DEGRADED'
  return { isOfThese: false, text: isIll ? one.health : undefined, cites: [] }
}
