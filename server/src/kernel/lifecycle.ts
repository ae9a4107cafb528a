/** Anything that runs: a stage, a service, an edge, an adapter with a life of its own. */
export interface Lifecycle {
  /** Resolves when it can take work. Fails fast: a rejection stops the start. */
  start(): Promise<void>
  /** Takes no more work, finishes what it holds, resolves when done. Called once, in reverse order of start. */
  stop(): Promise<void>
}
