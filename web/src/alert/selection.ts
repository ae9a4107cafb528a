import type { Alert } from '@aiops/contract/model/alert'

/** Chosen alerts by id, in the order of choosing, and the row from which a range goes. */
export type Selection = { alerts: ReadonlyMap<string, Alert>; anchor: number | undefined }

export const selectedMax = 1_000
export const nothing: Selection = { alerts: new Map(), anchor: undefined }

/** One more, or one less. */
export function toggled({ alerts }: Selection, alert: Alert, index: number): Selection {
  const next = new Map(alerts)
  if (!next.delete(alert.id) && next.size < selectedMax) next.set(alert.id, alert)
  return { alerts: next, anchor: index }
}

/** All from the row chosen last to this one, both included; rows that are not read yet are left out. */
export function withRange(
  selection: Selection,
  index: number,
  itemAt: (index: number) => Alert | undefined,
): Selection {
  const anchor = selection.anchor ?? index
  const next = new Map(selection.alerts)
  for (let i = Math.min(anchor, index); i <= Math.max(anchor, index) && next.size < selectedMax; i += 1) {
    const alert = itemAt(i)
    if (alert) next.set(alert.id, alert)
  }
  return { alerts: next, anchor: index }
}
