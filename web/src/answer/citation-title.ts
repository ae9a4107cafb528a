import type { EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'

const charactersMax = 160

/** What a citation shows before it is opened. */
export function buttonTitle(record: EvidenceRecord | undefined, call: ToolCallRecord | undefined): string {
  const text = record?.sentence ?? call?.sentence ?? ''
  return text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text
}
