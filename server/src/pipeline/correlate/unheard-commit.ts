import type { Incident, TimelineEvent } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Repositories } from '../../port/record-store.ts'
import type { Core, Output } from './core/turn.ts'
import type { Written } from './incident-writer.ts'

/**
 * What a turn wrote although its write failed: a database that goes away while it commits may have it all. Undefined where it has
 * nothing. One incident tells for the whole turn, which is one transaction: one that it opened, else one in whose timeline all is that
 * the turn tells. A turn without either may be written twice.
 */
export async function unheardCommit(
  { incidents }: Pick<Repositories, 'incidents'>,
  { tenant, groups }: Pick<Core, 'tenant' | 'groups'>,
  outputs: readonly Output[],
): Promise<Written | undefined> {
  const idsOf = (...types: Output['type'][]): string[] => [
    ...new Set(
      outputs.flatMap((output) =>
        types.includes(output.type) && 'incidentId' in output && output.incidentId !== null
          ? [output.incidentId]
          : [],
      ),
    ),
  ]
  // One that was opened and merged away within the turn is not written.
  const begun = idsOf('OPENED')
  const opened = begun.filter((id) => groups.all.has(id))
  const [first] = opened
  const toldOf = idsOf('TIMELINE').find((id) => !begun.includes(id))
  if (first !== undefined) {
    if (!(await incidents.get(tenant, first))) return undefined
  } else if (toldOf === undefined || !(await isTold(incidents, toldOf, outputs))) return undefined
  const changed = idsOf('CHANGED', 'MERGED').filter((id) => !opened.includes(id))
  return {
    created: await stored(incidents, tenant, opened),
    updated: await stored(incidents, tenant, changed),
  }
}

async function isTold(
  incidents: Repositories['incidents'],
  id: string,
  outputs: readonly Output[],
): Promise<boolean> {
  const known = new Set((await incidents.timeline(id)).map(textOf))
  return outputs.every(
    (output) => output.type !== 'TIMELINE' || output.incidentId !== id || known.has(textOf(output.event)),
  )
}

const textOf = ({ at, type, actor, sentence }: TimelineEvent): string =>
  JSON.stringify([at, type, actor, sentence])

async function stored(
  incidents: Repositories['incidents'],
  tenant: TenantId,
  ids: readonly string[],
): Promise<Incident[]> {
  const found: Incident[] = []
  for (const id of ids) {
    const incident = await incidents.get(tenant, id)
    if (incident) found.push(incident)
  }
  return found
}
