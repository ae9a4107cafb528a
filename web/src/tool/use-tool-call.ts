import { useCallback, useEffect, useRef, useState } from 'react'
import { type CallRecord, recordCall } from './call-history.ts'
import { McpError } from './mcp-client.ts'
import { mcp } from './use-tools.ts'

type Args = Readonly<Record<string, unknown>>

/** One call at a time, which can be stopped; another tool stops it too. */
export function useToolCall(tool: string) {
  const [running, setRunning] = useState<{ at: number }>()
  const [shown, setShown] = useState<CallRecord>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => {
    setShown((old) => (old?.tool === tool ? old : undefined))
    return () => stop.current?.abort()
  }, [tool])
  const run = useCallback(
    async (args: Args): Promise<void> => {
      stop.current?.abort()
      const control = new AbortController()
      stop.current = control
      const at = Date.now()
      const from = performance.now()
      setRunning({ at })
      const end = await callOf(tool, args, control.signal)
      const record = { id: `${at} ${tool}`, tool, args, at, ms: performance.now() - from, ...end }
      recordCall(record)
      if (stop.current !== control) return
      setRunning(undefined)
      setShown(record)
    },
    [tool],
  )
  return { running, shown, show: setShown, run, stop: () => stop.current?.abort() }
}

async function callOf(
  tool: string,
  args: Args,
  signal: AbortSignal,
): Promise<Pick<CallRecord, 'outcome' | 'sentence' | 'result'>> {
  try {
    const result = await mcp.callTool(tool, args, signal)
    const first = result.text.split('\n')[0] ?? ''
    return {
      outcome: result.isError ? 'REFUSED' : 'OK',
      // Of a refusal the text tells why; the note may be of the part that went well.
      sentence: ((result.isError && first) || result.note?.sentence || first).slice(0, 500),
      result,
    }
  } catch (error) {
    if (signal.aborted) return { outcome: 'STOPPED', sentence: 'Stopped before it answered.' }
    return { outcome: 'FAILED', sentence: sentenceOf(error) }
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof McpError)
    return error.code === undefined
      ? error.message
      : `${error.message} (JSON-RPC ${error.code}, HTTP ${error.status})`
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'It did not answer in a minute.'
  if (error instanceof TypeError) return `The server at ${location.origin} cannot be reached.`
  return `The answer is not of the protocol's form: ${String(error).slice(0, 300)}`
}
