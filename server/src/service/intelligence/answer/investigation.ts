import type { EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'
import { eachOf } from '../../../kernel/semaphore.ts'
import type { ToolName } from '../tool/index.ts'
import type { ToolOutcome } from '../tool/tool.ts'
import type { Outcome } from '../tool/tool-box.ts'
import type { Found, OutputOf, PlannedCall } from './answerer.ts'

/** Calls of one answer at most, whatever the plans say. */
export const callsMax = 40
/** At once. */
const parallelMax = 8

export type MakeCall = (tool: string, input: unknown) => Promise<Outcome>
export type OnCall = {
  begins?(id: string, planned: { tool: string; input: unknown }): void
  ended?(call: ToolCallRecord): void
  found?(records: readonly EvidenceRecord[]): void
}

/**
 * What is looked at for one answer: calls and evidence, numbered in the order in which they were planned, so that the same plan over the
 * same findings gives the same numbers however fast each tool was. The same call is made once.
 */
export class Investigation implements Found {
  readonly calls: ToolCallRecord[] = []
  readonly evidence: EvidenceRecord[] = []
  /** Clusters that some answer is missing, by name. */
  readonly missing = new Map<string, string>()
  readonly #outcomes = new Map<string, ToolOutcome<unknown>>()
  readonly #made = new Map<string, ToolOutcome<unknown>>()
  readonly #make: MakeCall
  readonly #on: OnCall

  constructor(make: MakeCall, on: OnCall = {}) {
    this.#make = make
    this.#on = on
  }

  /** Makes the calls; those that were made already are not made again. Returns how many were. */
  async run(planned: readonly PlannedCall[]): Promise<number> {
    const fresh = new Map<string, PlannedCall>()
    for (const call of planned) {
      const key = keyOf(call)
      if (!this.#made.has(key) && this.#made.size + fresh.size < callsMax) fresh.set(key, call)
    }
    const first = this.calls.length + 1
    const made = new Map<string, Outcome>()
    const numbered = [...fresh].map(([key, call], i) => ({ key, call, id: `c${first + i}` }))
    await eachOf(numbered, parallelMax, async ({ key, call, id }) => {
      this.#on.begins?.(id, call)
      const outcome = await this.#make(call.tool, call.input)
      made.set(key, outcome)
      this.#on.ended?.({ id, ...outcome.call })
    })
    for (const { key, id } of numbered) this.#made.set(key, this.#take(id, made.get(key)!))
    for (const call of planned) {
      const outcome = this.#made.get(keyOf(call))
      if (outcome) this.#outcomes.set(nameOf(call.tool, call.as), outcome)
    }
    return fresh.size
  }

  /** Begins another part of the same document: what was found before is kept and numbered on, and is not spoken of again by itself. */
  begin(): void {
    this.#outcomes.clear()
  }

  of<N extends ToolName>(tool: N, as?: string): ToolOutcome<OutputOf<N>> | undefined {
    return this.#outcomes.get(nameOf(tool, as)) as ToolOutcome<OutputOf<N>> | undefined
  }

  output<N extends ToolName>(tool: N, as?: string): OutputOf<N> | undefined {
    return this.of(tool, as)?.output
  }

  record<N extends ToolName>(tool: N, index: number, as?: string): EvidenceRecord | undefined {
    return this.of(tool, as)?.records[index]
  }

  /** Adds what a model's own call found. */
  add(outcome: Outcome): ToolOutcome<unknown> {
    return this.#take(`c${this.calls.length + 1}`, outcome)
  }

  #take(id: string, { call, output, drafts, missing }: Outcome): ToolOutcome<unknown> {
    const record: ToolCallRecord = { id, ...call }
    this.calls.push(record)
    const records = drafts.map((draft, i): EvidenceRecord => {
      return { id: `e${this.evidence.length + 1 + i}`, tool: call.tool, ...draft }
    })
    this.evidence.push(...records)
    for (const { cluster, reason } of missing) this.missing.set(cluster, reason)
    if (records.length > 0) this.#on.found?.(records)
    return { call: record, output, records }
  }
}

const nameOf = (tool: string, as = ''): string => `${tool}\0${as}`
const keyOf = ({ tool, input }: PlannedCall): string => `${tool}\0${JSON.stringify(input)}`
