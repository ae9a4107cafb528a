import type { ToolCallRecord } from '@aiops/contract/model/answer'
import type { z } from 'zod'
import type { Clock } from '../../../kernel/clock.ts'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Caller, ClientOf } from '../../../port/operation-client.ts'
import { plainBlock, plainLine } from '../plain-line.ts'
import { type ToolName, tools } from './index.ts'
import type { EvidenceDraft, Tool, ToolScope } from './tool.ts'

/** A call as it went, before it has a place in an answer. */
export type Outcome = {
  call: Omit<ToolCallRecord, 'id'>
  output: unknown
  drafts: readonly EvidenceDraft[]
  missing: readonly { cluster: string; reason: string }[]
}

export type CallOptions = {
  /** Names that may be called; left out: all. */
  allowed?: ReadonlySet<string>
  /** PROPOSE tools are refused unless this is true: a person asked for it. */
  mayPropose?: boolean
  clusterIds?: readonly string[]
  signal?: AbortSignal
  timeoutMs?: number
}

export interface ToolBox {
  /** Calls a tool on somebody's behalf. Never throws: what went wrong is the outcome. When `signal` ends it, the outcome is FAILED. */
  call(caller: Caller, name: string, input: unknown, options?: CallOptions): Promise<Outcome>
}

const defaultTimeoutMs = 20_000
/** Characters of a name, of a sentence, and of one field of a record. */
const [nameMax, sentenceMax, fieldMax] = [600, 2_000, 8_192]

export function createToolBox(deps: { clientOf: ClientOf; clock: Clock; metrics: Metrics }): ToolBox {
  const { clientOf, clock } = deps
  const calls = deps.metrics.counter('aiops_tool_calls_total', 'Calls of tools by tool and how they went.', [
    'tool',
    'status',
  ])
  return {
    async call(caller, name, input, options = {}) {
      const startMs = clock.monotonic()
      const given = isRecord(input) ? input : {}
      const end = (
        status: ToolCallRecord['status'],
        sentence: string,
        rest: Partial<Outcome> = {},
      ): Outcome => {
        calls.inc({ tool: Object.hasOwn(tools, name) ? name : 'unknown', status })
        const drafts = (rest.drafts ?? []).map(plainDraft)
        const missing = (rest.missing ?? []).map(({ cluster, reason }) => ({
          ...{ cluster: plainLine(cluster, nameMax), reason: plainLine(reason, sentenceMax) },
        }))
        return {
          call: {
            ...{ tool: name, arguments: given, status, sentence: plainLine(sentence, sentenceMax) },
            ...{ records: drafts.length, ms: Math.round((clock.monotonic() - startMs) * 10) / 10 },
          },
          ...{ output: rest.output, drafts, missing },
        }
      }
      if (!Object.hasOwn(tools, name)) return end('FAILED', `There is no tool "${name.slice(0, 64)}".`)
      const tool = tools[name as ToolName] as unknown as Tool
      if (options.allowed && !options.allowed.has(name))
        return end('DENIED', `This persona does not use ${name}.`)
      if (!caller.permissions.includes(tool.permission))
        return end('DENIED', `${caller.actor} may not use ${name}: it needs ${tool.permission}.`)
      if (tool.effect === 'PROPOSE' && !options.mayPropose)
        return end('DENIED', `${name} is called only when a person asks for it.`)
      const parsed = tool.input.safeParse(input ?? {})
      if (!parsed.success) return end('FAILED', wrongInput(name, parsed.error))
      const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs)
      const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
      const scope: ToolScope = { nowMs: clock.now(), clusterIds: options.clusterIds ?? [], signal }
      try {
        const output = await orAborted(tool.run(clientOf(caller), parsed.data, scope), signal)
        const drafts = tool.evidence(output, parsed.data, scope)
        const missing = tool.missing?.(output) ?? []
        const status = missing.length > 0 ? 'PARTIAL' : drafts.length === 0 ? 'EMPTY' : 'OK'
        return end(status, tool.sentence(output, parsed.data), { output, drafts, missing })
      } catch (error) {
        if (timeout.aborted) return end('TIMEOUT', `${name} did not answer in time.`)
        if (!isFault(error)) return end('FAILED', `${name} failed: ${messageOf(error).slice(0, 300)}`)
        return end(error.code === 'PERMISSION_DENIED' ? 'DENIED' : 'FAILED', error.message.slice(0, 500))
      }
    },
  }
}

/** Evidence holds what any system wrote: visible characters only, and no more of them than a reader can use. */
const plainDraft = (draft: EvidenceDraft): EvidenceDraft => ({
  ...draft,
  query: plainBlock(draft.query, fieldMax),
  source: plainLine(draft.source, nameMax),
  entity: draft.entity === null ? null : plainLine(draft.entity, nameMax),
  sentence: plainLine(draft.sentence, sentenceMax),
  fields: Object.fromEntries(
    Object.entries(draft.fields).map(([key, value]) => [
      plainLine(key, nameMax),
      typeof value === 'string' ? plainBlock(value, fieldMax) : value,
    ]),
  ),
})

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function wrongInput(name: string, error: z.ZodError): string {
  const [issue] = error.issues
  const where = issue?.path.join('.') || 'the arguments'
  return `The arguments of ${name} cannot be used: ${where}: ${issue?.message ?? 'wrong'}.`
}

/** A tool whose operations cannot be stopped is left behind when time is up. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
