/** What of the template miner is needed. The app hands it in: a stage never makes what belongs to a service. */
export interface LogMiner {
  /** Notes a line; gives the id of its form. Ids below `2 · layoutLines` are places in the log. */
  push(line: string): number
  statements(): readonly { template: string; count: number }[]
  /** The place in `statements()` of an id. */
  statementOf(id: number): number
  messageOf(line: string): string
  readonly size: { patterns: number; words: number }
}

export type MinerLimits = { patterns_max: number; words_max: number; layout_lines: number }

export type Mining = {
  newMiner(limits: MinerLimits): LogMiner
  /** Of a template alone: the same after a restart and on every machine. */
  idOf(template: string): string
}
