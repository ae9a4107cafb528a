import type { Question } from '../../question/question.ts'
import type { IncidentLine } from '../../tool/incident.ts'
import { type Found, type PlannedCall, planned } from '../answerer.ts'
import { belongs, membersOf } from '../health/sign.ts'

/** What lies in a namespace or cluster that the question leaves out has to be known to be left out. */
export const exceptCalls = ({ except = [] }: Question): readonly PlannedCall[] =>
  except
    .filter(({ kind }) => kind === 'NAMESPACE' || kind === 'CLUSTER')
    .slice(0, 1)
    .map(({ kind, id, name }) =>
      planned('list_workloads', {
        ...(kind === 'CLUSTER' ? { cluster_ids: [id] } : { namespace: name }),
        limit: 200,
      }),
    )

/** "besides X": an incident that X is at the heart of. Of a place, one that began there or lies mostly there. */
export const isExcepted = (
  { except = [] }: Question,
  found: Found,
  { affected_entities, primary_entity, cause }: IncidentLine,
): boolean =>
  except.some((ref) => {
    const members = membersOf(found, ref)
    const isIt = (id: string | null | undefined): boolean =>
      typeof id === 'string' && belongs(ref, members, id)
    const isPlace = ref.kind === 'NAMESPACE' || ref.kind === 'CLUSTER'
    const inside = affected_entities.filter(isIt).length
    return (
      isIt(cause?.entity) ||
      isIt(primary_entity) ||
      (isPlace ? inside * 2 > affected_entities.length : inside > 0)
    )
  })
