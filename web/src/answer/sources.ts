import type { EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'
import { createContext, use } from 'react'

/** What an answer rests on, by the ids that its text cites. */
export type Sources = {
  evidence: ReadonlyMap<string, EvidenceRecord>
  calls: ReadonlyMap<string, ToolCallRecord>
}

const none: Sources = { evidence: new Map(), calls: new Map() }

export function sourcesOf(evidence: readonly EvidenceRecord[], calls: readonly ToolCallRecord[]): Sources {
  return {
    evidence: new Map(evidence.map((record) => [record.id, record])),
    calls: new Map(calls.map((call) => [call.id, call])),
  }
}

/** Set around whatever shows citations. */
export const SourcesContext = createContext<Sources>(none)
export const useSources = (): Sources => use(SourcesContext)
