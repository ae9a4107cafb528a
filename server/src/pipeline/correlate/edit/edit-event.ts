import type { Severity } from '@aiops/contract/model/severity'
import type { TaughtPair } from './pair.ts'

type Hand = { nowMs: number; incidentId: string; actor: string; comment?: string | undefined }

/** What people do to incidents, and what was learned from it. */
export type EditEvent =
  | (Hand & { type: 'MERGE'; into: string })
  | (Hand & { type: 'SPLIT'; memberIds: readonly string[] })
  | (Hand & { type: 'REMOVE'; memberId: string })
  | (Hand & { type: 'MOVE'; memberId: string; into: string })
  /** null: it follows the members again. */
  | (Hand & { type: 'SEVERITY'; severity: Severity | null })
  /** Takes the place of all that was taught before. */
  | { type: 'LESSONS'; nowMs: number; lessons: readonly TaughtPair[] }

const types: ReadonlySet<string> = new Set(['MERGE', 'SPLIT', 'REMOVE', 'MOVE', 'SEVERITY', 'LESSONS'])
export const isEdit = (event: { type: string }): event is EditEvent => types.has(event.type)
