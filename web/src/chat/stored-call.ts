import type { ToolCallRecord } from '@aiops/contract/model/answer'
import type { ToolCall, ToolResult } from '@aiops/contract/model/chat'
import type { Call } from '../answer/call-list.tsx'

/** Calls as a message keeps them: how each went, without how long it took. */
export function storedCalls(calls: readonly ToolCall[], results: readonly ToolResult[]): Call[] {
  return calls.map(({ id, name: tool, arguments: given }) => {
    const result = results.find(({ tool_call_id }) => tool_call_id === id)
    return { id, tool, arguments: given, record: result && recordOf(id, tool, given, result) }
  })
}

const statuses = { SUCCESS: 'OK', ERROR: 'FAILED', TIMEOUT: 'TIMEOUT' } as const

function recordOf(
  id: string,
  tool: string,
  given: ToolCall['arguments'],
  result: ToolResult,
): ToolCallRecord {
  const { records, sentence } = (result.result ?? {}) as { records?: unknown; sentence?: unknown }
  return {
    ...{ id, tool, arguments: given, status: statuses[result.status], ms: Number.NaN },
    records: typeof records === 'number' ? records : 0,
    sentence: typeof sentence === 'string' ? sentence : (result.error ?? ''),
  }
}
