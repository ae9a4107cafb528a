import type { Incident } from '@aiops/contract/model/incident'

export const notificationKinds = [
  'INCIDENT_OPENED',
  'INCIDENT_UPDATED',
  'DIAGNOSED',
  'APPROVAL_NEEDED',
  'REMEDIATION_ENDED',
  'ESCALATED',
  'INCIDENT_RESOLVED',
  'MAINTENANCE_ENDING',
] as const
export type NotificationKind = (typeof notificationKinds)[number]

export type Notification = {
  /** Same key, same message: a sink that knows it already drops it. */
  idempotencyKey: string
  kind: NotificationKind
  /** null where it is about none. */
  incident: Incident | null
  sentence: string
  /** Page of the incident, or of what else it is about. */
  url: string
}

/** Tells a human. Resolves when the sink has it; rejects with a Fault whose `retry` says whether to try again. */
export interface Notifier {
  readonly name: string
  /** Incidents that go to others than these are not told; absent or empty for all. */
  readonly routes?: readonly string[]
  /** Told of these only; absent for all but INCIDENT_UPDATED, which is for programs. */
  readonly kinds?: readonly NotificationKind[] | undefined
  send(notification: Notification, signal: AbortSignal): Promise<void>
}
