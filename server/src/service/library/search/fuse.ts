import type { Scored } from './field-index.ts'

/** Reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009): each list gives 1 / (60 + rank). Scores of different scales need no weights so. */
const k = 60

/** The best first; equal ones by id. */
export function fuse(lists: readonly (readonly Scored[])[], limit: number): Scored[] {
  const scores = new Map<string, number>()
  for (const list of lists)
    list.forEach(({ id }, at) => {
      scores.set(id, (scores.get(id) ?? 0) + 1 / (k + at + 1))
    })
  return [...scores]
    .map(([id, score]) => ({ id, score }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
}
