import type { TimelineEvent } from '@aiops/contract/model/incident'

type EventKind = TimelineEvent['type']
export const timelineGroups = ['Signals', 'Status', 'Diagnosis', 'Runbook', 'Comments'] as const
export type TimelineGroup = (typeof timelineGroups)[number]

export const groupOf: Record<EventKind, TimelineGroup> = {
  OPENED: 'Status',
  ANOMALY_ADDED: 'Signals',
  ANOMALY_ENDED: 'Signals',
  ALERT_ADDED: 'Signals',
  ALERT_RESOLVED: 'Signals',
  STATUS_CHANGED: 'Status',
  SEVERITY_CHANGED: 'Status',
  COMMENT_ADDED: 'Comments',
  DIAGNOSED: 'Diagnosis',
  RUNBOOK_PROPOSED: 'Runbook',
  RUNBOOK_APPROVED: 'Runbook',
  RUNBOOK_REJECTED: 'Runbook',
  RUNBOOK_STEP: 'Runbook',
  RUNBOOK_COMPLETED: 'Runbook',
  RUNBOOK_ROLLED_BACK: 'Runbook',
  RUNBOOK_FAILED: 'Runbook',
  ESCALATED: 'Status',
  NOTIFIED: 'Status',
  RESOLVED: 'Status',
  MERGED: 'Status',
  SPLIT: 'Status',
  REOPENED: 'Status',
  ASSIGNED: 'Status',
  CAUSE_CONFIRMED: 'Diagnosis',
  MEMBER_REMOVED: 'Signals',
  MEMBER_MOVED: 'Signals',
  LINK_ADDED: 'Comments',
  LINK_REMOVED: 'Comments',
}

/** Newest first; events of the same moment keep the order in which they were written, reversed too. No group chosen means all. */
export function timelineOf(
  events: readonly TimelineEvent[],
  groups: readonly TimelineGroup[],
): TimelineEvent[] {
  const shown = groups.length === 0 ? events : events.filter((event) => groups.includes(groupOf[event.type]))
  return shown
    .map((event, i) => ({ event, i }))
    .sort((a, b) => Date.parse(b.event.at) - Date.parse(a.event.at) || b.i - a.i)
    .map(({ event }) => event)
}
