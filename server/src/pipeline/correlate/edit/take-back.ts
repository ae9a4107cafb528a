import type { Incident } from '@aiops/contract/model/incident'
import type { RecordStore } from '../../../port/record-store.ts'
import { forget } from '../core/group.ts'
import type { Core, Output } from '../core/turn.ts'
import { restoreIncident } from '../restore.ts'

/** Whoever did it is told that nothing happened, so nothing may have: back to what is stored. */
export async function takeBack(
  core: Core,
  records: RecordStore,
  incidents: readonly Incident[],
  outputs: readonly Output[],
): Promise<void> {
  const { groups } = core
  const gone = new Set(incidents.map(({ id }) => id))
  for (const output of outputs) {
    if (output.type === 'OPENED') gone.add(output.incidentId)
    else if (output.type === 'LEFT') gone.add(groups.members.get(output.memberId)?.group.id ?? '')
  }
  for (const id of gone) {
    const group = groups.all.get(id)
    if (group) forget(groups, group)
  }
  for (const incident of incidents) await restoreIncident(core, records, incident).catch(() => undefined)
}
