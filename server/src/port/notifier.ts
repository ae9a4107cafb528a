import type { Incident } from '@aiops/contract/model/incident'

export type Notification = {
  /** Same key, same message: a sink that knows it already drops it. */
  idempotencyKey: string
  kind:
    | 'INCIDENT_OPENED'
    | 'DIAGNOSED'
    | 'APPROVAL_NEEDED'
    | 'REMEDIATION_ENDED'
    | 'ESCALATED'
    | 'INCIDENT_RESOLVED'
  incident: Incident
  sentence: string
  /** Page of the incident. */
  url: string
}

/** Tells a human. Resolves when the sink has it; rejects with a Fault whose `retry` says whether to try again. */
export interface Notifier {
  readonly name: string
  send(notification: Notification, signal: AbortSignal): Promise<void>
}
