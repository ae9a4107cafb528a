/** Calls of one service to another. */
export type CallEdge = {
  readonly callee: string
  /** By the platform's clock. */
  firstMs: number
  lastMs: number
  count: number
  /** Calls since the last point of calls per request. */
  calls: number
  /** It came after its caller was learned and may be told. */
  candidate: boolean
  toldMs: number | undefined
}

export const newEdge = (callee: string, nowMs: number, candidate: boolean): CallEdge => ({
  callee,
  firstMs: nowMs,
  lastMs: nowMs,
  count: 0,
  calls: 0,
  candidate,
  toldMs: undefined,
})
