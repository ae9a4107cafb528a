import type { SpanForest } from './span-forest.ts'

/** Where an error began, who of its ancestors failed with it (nearest first), and who above them did not; -1 for nobody. */
export type Origin = { span: number; propagated: number[]; handledBy: number }

/** Spans that failed while none below them did, by start. */
export function errorOrigins({ spans, parents, order }: SpanForest): Origin[] {
  const failedBelow = new Uint8Array(spans.length)
  const failed = (i: number): boolean => spans[i]?.status === 'ERROR'
  for (const i of order.toReversed()) {
    const parent = parents[i] ?? -1
    if (parent >= 0 && (failed(i) || failedBelow[i] === 1)) failedBelow[parent] = 1
  }
  const origins = order.filter((i) => failed(i) && failedBelow[i] === 0)
  return origins
    .sort((a, b) => (spans[a]?.startMs ?? 0) - (spans[b]?.startMs ?? 0))
    .map((span) => {
      const propagated: number[] = []
      let handledBy = -1
      for (let at = parents[span] ?? -1; at >= 0; at = parents[at] ?? -1) {
        if (failed(at)) {
          propagated.push(at)
          handledBy = -1
        } else if (handledBy < 0) handledBy = at
      }
      return { span, propagated, handledBy }
    })
}
