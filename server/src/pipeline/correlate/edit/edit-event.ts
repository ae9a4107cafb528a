import type { Severity } from '@aiops/contract/model/severity'
import type { Signal } from '../core/signal.ts'
import type { TaughtPair } from './pair.ts'

/** `untaught`: it says nothing of what belongs together beyond what a rule says already. */
type Hand = {
  nowMs: number
  incidentId: string
  actor: string
  comment?: string | undefined
  untaught?: boolean | undefined
}

/** What people do to incidents, and what was learned from it. */
export type EditEvent =
  | (Hand & { type: 'MERGE'; into: string })
  | (Hand & { type: 'SPLIT'; memberIds: readonly string[] })
  | (Hand & { type: 'REMOVE'; memberIds: readonly string[] })
  | (Hand & { type: 'MOVE'; memberIds: readonly string[]; into: string })
  /** What is in no incident joins this one. */
  | (Hand & { type: 'ADMIT'; signals: readonly Signal[] })
  /** null: it follows the members again. */
  | (Hand & { type: 'SEVERITY'; severity: Severity | null })
  /** Takes the place of all that was taught before. */
  | { type: 'LESSONS'; nowMs: number; lessons: readonly TaughtPair[] }

const types: ReadonlySet<string> = new Set([
  ...['MERGE', 'SPLIT', 'REMOVE', 'MOVE', 'ADMIT', 'SEVERITY', 'LESSONS'],
])
export const isEdit = (event: { type: string }): event is EditEvent => types.has(event.type)
