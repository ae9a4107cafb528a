import type { NodeSummary } from '@aiops/contract/model/kubernetes'

type Judged = Pick<NodeSummary, 'ready' | 'schedulable' | 'problems'>

/** What of a node comes first for a reader. */
export function nodeStatus({ ready, schedulable, problems }: Judged): string {
  if (!ready) return 'NotReady'
  if (problems.length > 0) return problems.join(', ')
  return schedulable ? 'Ready' : 'Cordoned'
}

const rank = (node: Judged): number =>
  !node.ready ? 0 : node.problems.length > 0 ? 1 : node.schedulable ? 3 : 2

/** Those that need somebody first, then by name as people count. */
export const worstFirst = (a: NodeSummary, b: NodeSummary): number =>
  rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true })
