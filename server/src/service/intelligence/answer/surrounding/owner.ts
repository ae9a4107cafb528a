import type { EntityRef } from '@aiops/contract/model/answer'
import type { Neighbour } from '../../tool/topology.ts'
import { type Answerer, type Found, planned } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { membersOf } from '../health/sign.ts'
import { callId, namedOf, spoken, subjectOf } from '../subject.ts'
import { counted, listed } from '../words.ts'
import { near, notThere } from './dependency.ts'

/** OWNER: whose a thing is, or what belongs to somebody. */
export const owner: Answerer = {
  intent: 'OWNER',
  plan(situation) {
    const [ref, person] = [subjectOf(situation), namedOf(situation, 'PERSON')]
    if (ref?.kind === 'NAMESPACE')
      return [
        planned('list_workloads', { namespace: ref.name, limit: 200 }),
        planned('get_topology', { kinds: ['service', 'database', 'queue'], limit: 200 }),
      ]
    if (ref) return [planned('get_topology', { entity: ref.id, direction: 'UP', depth: 2 })]
    return [
      planned(
        'get_topology',
        person ? { owner: person.name, limit: 200 } : { kinds: ['service'], limit: 200 },
      ),
    ]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const [ref, person] = [subjectOf(situation), namedOf(situation, 'PERSON')]
    const call = callId(found, 'get_topology')
    if (ref?.kind === 'NAMESPACE') return ownersInside(writer, found, ref)
    if (ref) {
      if (!found.output('get_topology')) return notThere(writer, found, ref)
      const all = near(found)
      // A pod or workload says no owner; the service that it makes does.
      const self = all.find(({ one }) => one.direction === 'SELF')
      const said = self?.one.owner ? self : all.find(({ one }) => one.owner !== null && isNamesake(one, ref))
      if (!said) {
        writer.headline(`Nobody is named as the owner of ${ref.name}: it has no label team or owner.`, [
          call,
          self?.record,
        ])
        return writer.outcome('UNANSWERABLE').suggest(`Is ${ref.name} healthy?`).draft
      }
      writer.headline(
        `${said.one.owner} owns ${ref.name}${said === self ? '' : `, as ${said.one.kind} ${spoken(said.one.id)} says`}.`,
        said.record,
      )
      return writer.suggest(
        `What belongs to ${said.one.owner}?`,
        `Is ${ref.name} healthy?`,
        `What should I do about ${ref.name}?`,
      ).draft
    }
    const owned = near(found)
    if (person) {
      writer.headline(
        owned.length === 0
          ? `Nothing is known to belong to ${person.name}.`
          : `${counted(owned.length, 'thing')} ${owned.length === 1 ? 'belongs' : 'belong'} to ${person.name}: ${listed(
              owned.map(({ one }) => spoken(one.id)),
              12,
            )}.`,
        [call, ...owned.map(({ record }) => record)],
      )
      const bad = owned.filter(({ one }) => one.health !== 'HEALTHY')
      if (bad.length > 0)
        writer.say(
          `In trouble: ${listed(bad.map(({ one }) => `${spoken(one.id)} (${one.health})`))}.`,
          bad.map(({ record }) => record),
        )
      return writer.suggest(...owned.slice(0, 2).map(({ one }) => `Is ${spoken(one.id)} healthy?`)).draft
    }
    const known = owned.filter(({ one }) => one.owner !== null)
    const has = `${counted(known.length, 'service')} ${known.length === 1 ? 'has' : 'have'} an owner.`
    if (asksDuty.test(situation.question.text))
      writer
        .outcome('UNANSWERABLE')
        .headline(
          'Who is on call is not known here: this platform is told who owns a service, and nobody’s hours.',
          call,
        )
        .say(has, call)
    else writer.headline(has, call)
    writer.table(
      'Owners',
      [
        { key: 'name', title: 'Service' },
        { key: 'owner', title: 'Owner' },
      ],
      known.map(({ one, record }) => ({ cells: { name: spoken(one.id), owner: one.owner }, cites: record })),
      rowsOf('DEEP'),
    )
    return writer.draft
  },
}

/** A rota, which is no owner. */
const asksDuty = /\bon[- ]?(?:call|duty)\b/i

/** A namespace is nobody's by itself; what runs in it is somebody's. */
function ownersInside(writer: DraftWriter, found: Found, ref: EntityRef) {
  const members = membersOf(found, ref)
  const owned = near(found).filter(({ one }) => members.has(spoken(one.id)) && one.owner !== null)
  const call = callId(found, 'get_topology')
  if (owned.length === 0)
    return writer
      .outcome('UNANSWERABLE')
      .headline(
        `Nobody is named as the owner of ${ref.name}, nor of what runs in it: nothing there has a label team or owner.`,
        [call, callId(found, 'list_workloads')],
      )
      .suggest(`Is ${ref.name} healthy?`).draft
  const teams = [...new Set(owned.map(({ one }) => one.owner))]
  const parts = teams.map(
    (team) =>
      `${team} (${listed([...new Set(owned.filter(({ one }) => one.owner === team).map(({ one }) => spoken(one.id)))])})`,
  )
  writer.headline(
    `What runs in ${ref.name} belongs to ${listed(parts)}.`,
    owned.map(({ record }) => record),
  )
  return writer.suggest(`Is ${ref.name} healthy?`, `What belongs to ${teams[0]}?`).draft
}

const isNamesake = (one: Neighbour, ref: EntityRef): boolean =>
  spoken(one.id) === ref.name || one.kind === 'service'
