import { useSyncExternalStore } from 'react'
import type { ToolResult } from './mcp-message.ts'

/** Calls of this browser session, newest first. What came back is kept in this page alone; after a reload only that it was called. */

export type CallRecord = {
  id: string
  tool: string
  args: Readonly<Record<string, unknown>>
  /** Unix milliseconds. */
  at: number
  ms: number
  outcome: 'OK' | 'REFUSED' | 'FAILED' | 'STOPPED'
  /** What it says of itself, in one sentence. */
  sentence: string
  result?: ToolResult
}

const storageKey = 'aiops.tool-calls'
const keptMax = 30
/** Answers are large: those of the latest calls alone are kept. */
const resultsMax = 10

let records: readonly CallRecord[] = readStored()
const listeners = new Set<() => void>()

export function recordCall(record: CallRecord): void {
  change(
    [record, ...records].slice(0, keptMax).map((one, i) => {
      const { result: _, ...bare } = one
      return i < resultsMax ? one : bare
    }),
  )
}

export const forgetCalls = (): void => change([])

export const callHistory = (): readonly CallRecord[] => records

export const useCallHistory = (): readonly CallRecord[] =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, callHistory)

function change(next: readonly CallRecord[]): void {
  records = next
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(next.map(({ result: _, ...bare }) => bare)))
  } catch {
    // Storage is refused or full: the list then holds until the page is reloaded.
  }
  for (const tell of listeners) tell()
}

function readStored(): readonly CallRecord[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isRecord).slice(0, keptMax) : []
  } catch {
    return []
  }
}

function isRecord(one: unknown): one is CallRecord {
  return (
    typeof one === 'object' &&
    one !== null &&
    'tool' in one &&
    typeof one.tool === 'string' &&
    'id' in one &&
    'args' in one &&
    typeof one.args === 'object' &&
    one.args !== null
  )
}
