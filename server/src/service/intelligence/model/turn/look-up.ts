import type { EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'
import { z } from 'zod'
import type { ModelTool, ModelToolCall } from '../../../../port/language-model.ts'
import type { Tool, ToolOutcome } from '../../tool/tool.ts'
import { safeTokens } from './pack/token-estimate.ts'

/** A tool that a model might be offered. `outbound`: its arguments leave for somebody else's system. */
export type OfferedTool = Pick<Tool, 'name' | 'description' | 'input' | 'effect'> & { outbound?: boolean }

/** What a model may look up with, on the asker's behalf: `call` gives the outcome its place in the answer, and never throws. */
export type LookUps = {
  tools: readonly OfferedTool[]
  call(
    name: string,
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ToolOutcome<unknown>>
}

export type LookUpLimits = { callsMax: number; callsPerStepMax: number; tokensMax: number }

/** What came of one call that a model wrote: an outcome, or why it was not made. */
export type Looked =
  | { call: ModelToolCall; outcome: { call: ToolCallRecord; records: readonly EvidenceRecord[] } }
  | { call: ModelToolCall; refused: string }

/**
 * Calls of tools as a model writes them, held to what it may do: tools that read, of the persona, nothing that leaves the platform (who has
 * read a stranger's words and private data gets no way out), valid arguments, no call twice, a bounded number.
 */
export class LookUp {
  readonly offered: readonly ModelTool[]
  readonly #lookUps: LookUps
  readonly #byName: ReadonlyMap<string, OfferedTool>
  readonly #limits: LookUpLimits
  readonly #made = new Set<string>()

  constructor(lookUps: LookUps, capabilities: readonly string[], limits: LookUpLimits) {
    const allowed = new Set(capabilities)
    const fitting: OfferedTool[] = []
    const offered: ModelTool[] = []
    let tokens = 0
    for (const tool of lookUps.tools) {
      if (tool.effect !== 'READ' || tool.outbound || !allowed.has(tool.name)) continue
      const written = modelTool(tool)
      tokens += toolTokens(written)
      // Those that come first count most: the list has the order of the persona.
      if (tokens > limits.tokensMax) break
      fitting.push(tool)
      offered.push(written)
    }
    this.offered = offered
    this.#lookUps = lookUps
    this.#limits = limits
    this.#byName = new Map(fitting.map((tool) => [tool.name, tool]))
  }

  get isSpent(): boolean {
    return this.#made.size >= this.#limits.callsMax
  }

  /** At once; the outcomes are in the order of the calls. `begins` is told of each that is really made. */
  async run(
    calls: readonly ModelToolCall[],
    signal: AbortSignal,
    begins: (call: ModelToolCall, input: Readonly<Record<string, unknown>>) => void,
  ): Promise<Looked[]> {
    const planned = calls.map((call, at) => {
      const checked = this.#checked(call, at)
      if (typeof checked !== 'string') begins(call, checked)
      return { call, checked }
    })
    return Promise.all(
      planned.map(async ({ call, checked }): Promise<Looked> => {
        if (typeof checked === 'string') return { call, refused: checked }
        return { call, outcome: await this.#lookUps.call(call.name, checked, signal) }
      }),
    )
  }

  /** Its arguments, or why it is not made. */
  #checked(call: ModelToolCall, at: number): Readonly<Record<string, unknown>> | string {
    const tool = this.#byName.get(call.name)
    if (!tool) return `There is no such tool. There are: ${[...this.#byName.keys()].join(', ')}.`
    if (call.input === undefined) return 'The arguments are no JSON object.'
    if (at >= this.#limits.callsPerStepMax) return `At most ${this.#limits.callsPerStepMax} calls at once.`
    if (this.isSpent) return 'No more calls may be made. Answer from the evidence.'
    const parsed = tool.input.safeParse(call.input)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return `The arguments cannot be used: ${issue?.path.join('.') || 'the arguments'}: ${issue?.message ?? 'wrong'}.`
    }
    const key = `${call.name} ${canonical(parsed.data)}`
    if (this.#made.has(key)) return 'This call was made already; its result is above.'
    this.#made.add(key)
    return call.input
  }
}

const modelTool = ({ name, description, input }: OfferedTool): ModelTool => {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
  return { name, description, inputSchema }
}

export const toolTokens = ({ name, description, inputSchema }: ModelTool): number =>
  safeTokens(`${name} ${description} ${JSON.stringify(inputSchema)}`) + 8

/** JSON with its keys in order, so that one call has one form. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
