import type { KnowledgeKind, KnowledgeSummary } from '@aiops/contract/model/knowledge'

export const kindWords: Record<KnowledgeKind, string> = {
  RUNBOOK: 'Runbook',
  POST_MORTEM: 'Post-mortem',
  DOCUMENT: 'Document',
  INCIDENT: 'Past incident',
}

/** Whence it comes and where it is changed. */
export function originText({ origin, source, created_by }: KnowledgeSummary): string {
  if (origin === 'FILE') return `file ${source ?? ''}, changed there`
  if (origin === 'RUNBOOK') return 'a runbook of this platform'
  if (origin === 'INCIDENT') return 'made of the incident’s facts'
  return `written by ${created_by}`
}
