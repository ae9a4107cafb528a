import type { EntityRef, Intent } from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import type { Question } from '../question/question.ts'
import type { Found, PlannedCall } from './answerer.ts'
import type { DraftWriter } from './draft.ts'
import type { Area, Place } from './focus/area.ts'
import { capacity, cluster } from './focus/cluster-area.ts'
import { cnf, gpu, network } from './focus/hardware-area.ts'
import { changes, logs, traces } from './focus/signal-area.ts'

type Focus = Persona['focus'][number]

/** Questions whose answer a wider look may change. */
const widened: ReadonlySet<Intent> = new Set([
  ...(['WHAT_IS_BROKEN', 'HEALTH', 'WHY', 'ROOT_CAUSE', 'NEXT_STEPS', 'BLAST_RADIUS'] as const),
])

/** What a persona looks at beside what was asked, as the calls named `focus`. */
export function focusCalls(persona: Persona, question: Question): readonly PlannedCall[] {
  if (!widened.has(question.intent)) return []
  const place = placeOf(question)
  return persona.focus.flatMap((area) => areas[area].calls(place))
}

/** What those looks showed, healthy included: a sentence or two for each area. */
export function focusClaims(persona: Persona, question: Question, found: Found, writer: DraftWriter): void {
  if (!widened.has(question.intent)) return
  const place = placeOf(question)
  for (const area of persona.focus) areas[area].claims(found, writer, place)
}

function placeOf({ entities }: Question): Place {
  const cluster = entities.find(({ kind }) => kind === 'CLUSTER')
  const id = cluster?.id ?? entities.find(({ cluster_id }) => cluster_id !== undefined)?.cluster_id
  return {
    named: cluster === undefined ? [] : [cluster.id],
    cluster_ids: id === undefined ? [] : [id],
    cluster: id,
    node: entities.find(({ kind }) => kind === 'NODE')?.name ?? '',
    service: entities.find(({ kind }) => served.has(kind)),
  }
}

const served: ReadonlySet<EntityRef['kind']> = new Set(['SERVICE', 'WORKLOAD', 'DATABASE', 'QUEUE'])
const areas: Record<Focus, Area> = {
  ...{ CLUSTER: cluster, CAPACITY: capacity, GPU: gpu, NETWORK: network, CNF: cnf, CHANGES: changes },
  ...{ LOGS: logs, TRACES: traces },
}
