import { isKind, type Kind, type KubeObject, type ObjectOf } from '../object/kind.ts'
import type { Aspect, Aspects, ChangeKind } from './aspect.ts'
import { deliveryAspects } from './change-delivery.ts'
import { objectAspects } from './change-object.ts'
import { lastWords, podAspects } from './change-pod.ts'
import { workloadAspects } from './change-workload.ts'
import { eachDifference } from './difference.ts'
import { isSameObject } from './noise.ts'

/** Of what kind a change is, and what of it matters in a few words. `undefined` is an object that is not there. */
export function describeChange(
  kind: string,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
): { kind: ChangeKind; summary: string } {
  if (!before || !after) return { kind: 'LIFECYCLE', summary: lifeWords(kind, before, after) }
  if (!isSameObject(before, after)) return { kind: 'LIFECYCLE', summary: 'deleted and created anew' }
  const found = aspectsOf(kind, before, after)
  if (found.length === 0) return { kind: 'OTHER', summary: fieldWords(before, after) }
  const sorted = found.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  return { kind: sorted[0]!.kind, summary: cut(sorted.map(({ text }) => text)) }
}

/** What matters more comes first. */
const order: readonly ChangeKind[] = ['LIFECYCLE', 'ROLLOUT', 'CONFIG', 'SCALE', 'OTHER', 'STATUS']
const aspectsMax = 4
const summaryMax = 240

const aspects: { [K in Kind]?: Aspects<K> } = {
  ...objectAspects,
  ...workloadAspects,
  ...deliveryAspects,
  Pod: podAspects,
}

function aspectsOf(kind: string, before: KubeObject, after: KubeObject): Aspect[] {
  const isEnding = after.metadata.deletionTimestamp && !before.metadata.deletionTimestamp
  const found: Aspect[] = isEnding ? [{ kind: 'LIFECYCLE', text: 'terminating' }] : []
  const of = isKind(kind) ? (aspects[kind] as Aspects<Kind> | undefined) : undefined
  if (of) found.push(...of(before, after))
  if (found.length > 0) return found
  if (isStatusOnly(before, after)) return [{ kind: 'STATUS', text: fieldWords(before, after) }]
  return []
}

function isStatusOnly(before: KubeObject, after: KubeObject): boolean {
  return eachDifference(
    before,
    after,
    (path) => path === 'metadata.resourceVersion' || path.startsWith('status.'),
  )
}

/** The fields that differ, where nothing better can be said. */
function fieldWords(before: KubeObject, after: KubeObject): string {
  const paths: string[] = []
  eachDifference(before, after, (path) => {
    if (path !== 'metadata.resourceVersion') paths.push(path)
    return paths.length <= aspectsMax
  })
  return paths.length === 0 ? 'written again' : cut(paths)
}

function lifeWords(kind: string, before: KubeObject | undefined, after: KubeObject | undefined): string {
  if (kind === 'Event' && after) {
    const { reason, message } = after as ObjectOf<'Event'>
    return cut([`${reason}: ${message}`])
  }
  if (after) return 'created'
  const words = kind === 'Pod' && before ? lastWords(before as ObjectOf<'Pod'>) : ''
  return words ? `deleted (${words})` : 'deleted'
}

function cut(texts: readonly string[]): string {
  const more = texts.length > aspectsMax ? `, and ${texts.length - aspectsMax} more` : ''
  const text = texts.slice(0, aspectsMax).join(', ') + more
  return text.length > summaryMax ? `${text.slice(0, summaryMax - 1)}…` : text
}
